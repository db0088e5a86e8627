"""What is served, a signature or an endpoint, called with a batch in whatever lists and dicts the model takes it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any, Callable, Mapping, Sequence

from harness.fresh.tensors import spec, tensors
from harness.record.batches import alongside, flattened, in_order, is_flat, packed

#: What a SavedModel has beside its signature, and is traced with the structure that the model takes: of export(), and
#: of a Keras 2 model.
_STRUCTURED = ("serve", "_default_save_signature")


@dataclass(frozen=True)
class Served:
    """A function that is served.

    Attributes:
        takes: (dtype, axes) of its arguments by name, in the order in which Keras flattens a batch.
        gives: The specs of its outputs, in their structure.
        run: Calls it with a batch of tensors.
        dtypes: What the model that was saved took, by the names of its inputs; {} where nobody knows.
    """

    takes: Mapping[str, tuple[str, list[Any]]]
    gives: Any
    run: Callable[[Any], Any]
    dtypes: Mapping[str, str] = field(default_factory=dict)

    def call(self, x: Any) -> Any:
        """What it says to a batch, handed on as Keras does: numbers cast to what the model took."""
        return self.run(packed(x, list(map(_handed_on, flattened(x), alongside(x, self.dtypes)))))

    def call_as_it_is(self, x: Any) -> Any:
        """The same without a cast."""
        return self.run(tensors(x))


def signature_of(loaded: Any, dtypes: Mapping[str, str]) -> Served:
    """The signature serving_default of what tf.saved_model.load returned."""
    function = loaded.signatures["serving_default"]
    specs = function.structured_input_signature[1]
    names = _names_in_order(loaded, list(specs))
    takes = {name: spec(specs[name]) for name in names}
    return Served(takes, dict(function.structured_outputs), lambda x: function(**_arguments(x, names)), dtypes)


def endpoint_of(layer: Any, dtypes: Mapping[str, str]) -> Served:
    """The endpoint that a TFSMLayer calls, which takes its inputs in the structure that it was traced with."""
    function = layer.call_endpoint_fn.concrete_functions[0]
    (arguments, _) = function.structured_input_signature
    specs = arguments[0] if len(arguments) == 1 else list(arguments)
    names = sorted(specs) if is_flat(specs) else [each.name for each in flattened(specs)]
    takes = dict(zip(names, map(spec, flattened(specs))))
    return Served(takes, function.structured_outputs, lambda x: layer(packed(specs, in_order(x, names))), dtypes)


def _arguments(x: Any, names: Sequence[str]) -> dict[str, Any]:
    """A batch of tensors as arguments; what is ragged or sparse is several of them, and what is None is none."""
    import tensorflow as tf

    if is_flat(x) and set(x) & set(names):
        # All of a dict, where something is missing in it: then TensorFlow says what.
        given = dict(zip(names, in_order(x, names))) if set(names) <= set(x) else x
    else:
        given = dict(zip(names, tf.nest.flatten(flattened(x), expand_composites=True)))
    return {name: each for name, each in given.items() if each is not None}


def _names_in_order(loaded: Any, names: list[str]) -> list[str]:
    """The names of a signature's arguments in the order in which Keras flattens a batch; a signature sorts them."""
    for endpoint in _STRUCTURED:
        function = getattr(loaded, endpoint, None)
        for each in (function, *getattr(function, "concrete_functions", ())):
            ordered = list(getattr(each, "_arg_keywords", None) or ())
            if sorted(ordered) == sorted(names):
                return ordered
    return sorted(names, key=_numbered)


def _numbered(name: str) -> list[tuple[int, int, str]]:
    """For sorting: "args_0_2" comes before "args_0_10"."""
    return [(0, int(each), "") if each.isdigit() else (1, 0, each) for each in re.split(r"(\d+)", name) if each]


def _handed_on(array: Any, dtype: str | None) -> Any:
    import tensorflow as tf

    tensor = tensors(array)
    numbers = isinstance(tensor, tf.Tensor) and tensor.dtype != tf.string and dtype not in (None, "string")
    return tf.cast(tensor, dtype) if numbers else tensor
