"""What a model takes and gives: dtypes, axes, and calls of another kind than it was trained with."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Mapping

import numpy as np

from harness.fresh import dialects
from harness.fresh.aspects.sight import NotObservable, Sight
from harness.fresh.runtimes import Running
from harness.fresh.serving import Served
from harness.fresh.tensors import named_outputs, spec
from harness.observation import UNDECLARED
from harness.record.batches import alongside, first, flatten, flattened, leaves, mapped, packed
from harness.record.composite import is_composite

#: Columns of padding that are added to a batch.
PADDING = 2
#: Examples that are called with.
FEW = 3
#: Before the name of an input, of which the fact is its dtype and its axes.
INPUT = "input/"

Takes = Mapping[str, "tuple[str, list[Any]]"]


def signature(sight: Sight) -> dict[str, Any]:
    """Of a Keras model: what it declares, and what it says to calls it was not trained with."""
    if sight.takes is None:
        raise NotObservable(UNDECLARED)
    model = sight.model
    facts: dict[str, Any] = {f"{INPUT}{name}": list(each) for name, each in sight.takes.items()}
    if getattr(model, "outputs", None):
        given, output = next(iter(sight.outputs.values())), dialects.of_this_process().declared_outputs(model)
        if isinstance(output, list) and len(output) == 1 and not isinstance(given, list):
            (output,) = output  # Keras 3.4 declares so, too, what it loads from H5, and gives it bare
        facts.update({name: list(spec(each)) for name, each in flatten("output", output).items()})
    x = sight.inputs.data[0]
    return {**facts, **_lengths(sight.call, x, sight.takes), **_integers(sight.call, x)}


def served_signature(served: Served | Running, x: Any) -> dict[str, Any]:
    """The same of a signature or an endpoint that is served."""
    return {
        **{f"{INPUT}{name}": list(each) for name, each in served.takes.items()},
        **{name: list(spec(each)) for name, each in flatten("output", served.gives).items()},
        **_lengths(served.call, x, served.takes),
        **_integers(served.call_as_it_is, x),
    }


def _lengths(call: Callable[[Any], Any], x: Any, takes: Takes) -> dict[str, Any]:
    """Outputs for a length never seen in training, and for more padding."""
    facts: dict[str, Any] = {}
    few = first(x, FEW)
    if any(map(_open_axis, flattened(few), alongside(few, takes))):
        for name, columns in (("shorter", -1), ("padded", PADDING)):
            try:
                facts.update(named_outputs(name, call(resized(few, takes, columns))))
            except Exception as error:  # that it takes no other length is a fact, and hides no other
                facts[name] = f"raises {type(error).__name__}"
    return facts


def _integers(call: Callable[[Any], Any], x: Any) -> dict[str, Any]:
    """Which integers it accepts, where it is called with integers alone: ids."""
    few = first(x, FEW)
    if any(is_composite(each) or np.asarray(each).dtype.kind not in "iu" for each in leaves(few)):
        return {}
    return {
        f"takes {dtype}": _accepts(call, mapped(partial(np.asarray, dtype=dtype), few)) for dtype in ("int32", "int64")
    }


def resized(x: Any, takes: Takes, columns: int) -> Any:
    """What is open, with fewer columns, or with more, of zeros, which masks mean by padding.

    Columns lie along the last axis that is open, other than the examples'.
    """

    def one(value: Any, spec: tuple[str, list[Any]] | None) -> Any:
        axis = _open_axis(value, spec)
        if not axis:
            return value
        if columns < 0:
            return np.take(value, range(max(1, value.shape[axis] + columns)), axis)
        shape = [*value.shape[:axis], columns, *value.shape[axis + 1 :]]
        return np.concatenate([value, np.zeros(shape, value.dtype)], axis)

    return packed(x, list(map(one, flattened(x), alongside(x, takes))))


def _open_axis(value: Any, spec: tuple[str, list[Any]] | None) -> int:
    """The last axis of an array of which the size is open; 0 if there is none but the examples'."""
    if spec is None or not isinstance(value, np.ndarray):
        return 0
    axis = max((axis for axis, size in enumerate(spec[1]) if size is None), default=0)
    return axis if axis < value.ndim else 0


def _accepts(call: Callable[[Any], Any], x: Any) -> bool:
    try:
        call(x)
    except Exception:  # whatever it raises, it does not take them
        return False
    return True
