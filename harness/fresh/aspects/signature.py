"""What a model takes and gives: dtypes, axes, and calls of another kind than it was trained with."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Mapping

import numpy as np

from harness.fresh import dialects
from harness.fresh.aspects.sight import NotObservable, Sight
from harness.fresh.tensors import spec, tensors
from harness.record.batches import by_name, first, flatten, leaves, mapped

#: Columns of padding that are added to a batch.
PADDING = 2
#: Examples that are called with.
FEW = 3


def signature(sight: Sight) -> dict[str, Any]:
    """Of a Keras model: what it declares, and what it says to calls it was not trained with."""
    if sight.takes is None:
        raise NotObservable("the model was never called, so it has not declared what it takes")
    model = sight.model
    facts: dict[str, Any] = {f"input/{name}": list(each) for name, each in sight.takes.items()}
    if getattr(model, "outputs", None):
        given, output = next(iter(sight.outputs.values())), dialects.of_this_process().declared_outputs(model)
        if isinstance(output, list) and len(output) == 1 and not isinstance(given, list):
            (output,) = output  # Keras 3.4 declares so, too, what it loads from H5, and gives it bare
        facts.update({name: list(spec(each)) for name, each in flatten("output", output).items()})
    return {**facts, **_calls(sight.call, sight.inputs.data[0], sight.takes)}


def served_signature(served: Any, inputs: Any) -> dict[str, Any]:
    """The same of the signature that is served."""
    function = served.signatures["serving_default"]
    takes = {name: spec(each) for name, each in sorted(function.structured_input_signature[1].items())}

    def call(x: Any) -> Any:
        return function(**tensors(by_name(x, takes)))

    return {
        **{f"input/{name}": list(each) for name, each in takes.items()},
        **{f"output/{name}": list(spec(each)) for name, each in function.structured_outputs.items()},
        **_calls(call, inputs.data[0], takes),
    }


def endpoint(layer: Any) -> Any:
    """The TensorSpecs that a TFSMLayer's endpoint was traced with, in the structure in which it takes its inputs."""
    (arguments, _) = layer.call_endpoint_fn.concrete_functions[0].structured_input_signature
    return arguments[0] if len(arguments) == 1 else list(arguments)


def in_structure(x: Any, specs: Any) -> Any:
    """A batch as tensors, in the structure of an endpoint, by the names of its inputs."""
    if isinstance(specs, Mapping):
        return {name: tensors(by_name(x, specs)[name]) for name in specs}
    if not isinstance(specs, (list, tuple)):
        return tensors(next(leaves(x)))
    known = by_name(x, [each.name for each in specs])
    ordered = [tensors(known[each.name]) for each in specs]
    return tuple(ordered) if isinstance(specs, tuple) else ordered


def endpoint_signature(layer: Any, inputs: Any) -> dict[str, Any]:
    """The same of a TFSMLayer's endpoint."""
    specs = endpoint(layer)
    gives = layer.call_endpoint_fn.concrete_functions[0].structured_outputs
    named = specs.items() if isinstance(specs, Mapping) else [(each.name, each) for each in leaves(specs)]
    takes = {name: spec(each) for name, each in named}

    def call(x: Any) -> Any:
        return layer(in_structure(x, specs))

    return {
        **{f"input/{name}": list(each) for name, each in takes.items()},
        **{name: list(spec(each)) for name, each in flatten("output", gives).items()},
        **_calls(call, inputs.data[0], takes),
    }


def _calls(call: Callable[[Any], Any], x: Any, takes: Mapping[str, tuple[str, list[Any]]]) -> dict[str, Any]:
    """Outputs for a length never seen in training and for more padding; and which integers it accepts as ids."""
    facts: dict[str, Any] = {}
    few = first(x, FEW)
    if any(map(_open_axis, takes.values())):
        for name, columns in (("shorter", -1), ("padded", PADDING)):
            try:
                facts.update(_outputs(name, call(resized(few, takes, columns))))
            except Exception as error:  # that it takes no other length is a fact, and hides no other
                facts[name] = f"raises {type(error).__name__}"
    if all(np.asarray(each).dtype.kind in "iu" for each in leaves(few)):
        for dtype in ("int32", "int64"):
            facts[f"takes {dtype}"] = _accepts(call, mapped(partial(np.asarray, dtype=dtype), few))
    return facts


def resized(x: Any, takes: Mapping[str, tuple[str, list[Any]]], columns: int) -> Any:
    """What is open, with fewer columns, or with more, of zeros, which masks mean by padding.

    Columns lie along the last axis that is open, other than the examples'.
    """

    def one(value: Any, spec: tuple[str, list[Any]]) -> Any:
        value, axis = np.asarray(value), _open_axis(spec)
        if not axis or value.ndim <= axis:
            return value
        if columns < 0:
            return np.take(value, range(max(1, value.shape[axis] + columns)), axis)
        shape = [*value.shape[:axis], columns, *value.shape[axis + 1 :]]
        return np.concatenate([value, np.zeros(shape, value.dtype)], axis)

    if isinstance(x, Mapping):
        return {name: one(each, takes[name]) if name in takes else each for name, each in x.items()}
    if isinstance(x, (list, tuple)):
        return type(x)(map(one, x, takes.values()))
    return one(x, next(iter(takes.values())))


def _open_axis(spec: tuple[str, list[Any]]) -> int:
    """The last axis of which the size is open; 0 if there is none but the examples'."""
    return max((axis for axis, size in enumerate(spec[1]) if size is None), default=0)


def _accepts(call: Callable[[Any], Any], x: Any) -> bool:
    try:
        call(x)
    except Exception:  # whatever it raises, it does not take them
        return False
    return True


def _outputs(name: str, outputs: Any) -> dict[str, Any]:
    return {path: np.asarray(value) for path, value in flatten(name, outputs).items()}
