"""A function that a runtime without TensorFlow has read, called with a batch in whatever way the model takes it.

Nothing here imports TensorFlow, nor does anything that it calls.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

import numpy as np

from harness.formats.format import Declared, Runtime
from harness.record.batches import alongside, flattened, in_order, is_flat, mapped, packed


@dataclass(frozen=True)
class Running:
    """The same as a `Served`, of arrays.

    Attributes:
        takes: (dtype, axes) of its arguments by name, in the order in which Keras flattens a batch.
        gives: What it returns, by name.
        runtime: What is called.
        dtypes: What the model that was saved took, by the names of its inputs; {} where nobody knows.
    """

    takes: Mapping[str, tuple[str, list[Any]]]
    gives: Mapping[str, Declared]
    runtime: Runtime
    dtypes: Mapping[str, str]

    def call(self, x: Any) -> Any:
        """What it says to a batch, handed on as Keras does: numbers cast to what the model took."""
        return self._run(packed(x, list(map(_handed_on, flattened(x), alongside(x, self.dtypes)))))

    def call_as_it_is(self, x: Any) -> Any:
        """The same without a cast, but of floats, which Keras hands on in single precision."""
        return self._run(mapped(lambda each: _handed_on(each, None), x))

    def _run(self, x: Any) -> Any:
        names = list(self.takes)
        arrays = in_order(x, names) if is_flat(x) and set(names) <= set(x) else flattened(x)
        return dict(self.runtime.run(dict(zip(names, arrays))))


def running(runtime: Runtime, dtypes: Mapping[str, str]) -> Running:
    """A function, its arguments in the order of the inputs of the model that was saved, where it has their names."""
    names = list(dtypes) if set(dtypes) == set(runtime.takes) else list(runtime.takes)
    takes = {name: (runtime.takes[name].dtype, list(runtime.takes[name].shape)) for name in names}
    return Running(takes, runtime.gives, runtime, dtypes)


def _handed_on(array: Any, dtype: str | None) -> Any:
    array = np.asarray(array)
    if array.dtype.kind not in "iufb" or dtype == "string":
        return array
    return array.astype(dtype or ("float32" if array.dtype.kind == "f" else array.dtype))
