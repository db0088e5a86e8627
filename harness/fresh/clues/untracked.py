"""Layers and variables where Keras does not look: the model does not list them, and no format has them."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from harness.fresh.clues.parts import is_own, own_attributes
from harness.fresh.layers import layers_within
from harness.observation import Clue

#: How deep containers are looked into.
_DEPTH = 4


def untracked(model: Any) -> Iterator[Clue]:
    """One clue for each attribute that holds a variable, or a layer with variables, that the model does not list."""
    tracked = {id(each) for each in (*model.variables, *model.weights)}
    parts = {"the model": model, **{f"layer {path!r}": layer for path, layer in layers_within(model).items()}}
    for where, part in parts.items():
        if not is_own(type(part)):
            continue
        for name, value in own_attributes(part).items():
            lost = [each for each in _variables(value, 0, set()) if id(each) not in tracked]
            if lost and not _is_of_training(value):
                held = f"{len(lost)} variable{'s' if len(lost) > 1 else ''} in a {_kind(value)}"
                yield Clue("untracked", where, {"class": type(part).__name__, "attribute": name, "held": held})


def _variables(value: Any, depth: int, seen: set[int]) -> Iterator[Any]:
    if id(value) in seen or depth > _DEPTH:
        return
    seen.add(id(value))
    if _is_variable(value):
        yield value
    elif isinstance(value, Mapping):
        for each in list(value.values()):
            yield from _variables(each, depth + 1, seen)
    elif isinstance(value, (list, tuple, set, frozenset)):
        for each in list(value):
            yield from _variables(each, depth + 1, seen)
    elif isinstance(getattr(value, "variables", None), (list, tuple)):  # a layer, a tf.Module
        yield from value.variables


def _is_variable(value: Any) -> bool:
    return hasattr(value, "assign") and hasattr(value, "numpy") and hasattr(value, "shape")


def _is_of_training(value: Any) -> bool:
    """Metrics and optimizers, of which the variables are listed elsewhere."""
    return hasattr(value, "result") or hasattr(value, "apply_gradients")


def _kind(value: Any) -> str:
    plain = {"ListWrapper": "list", "_DictWrapper": "dict", "_TupleWrapper": "tuple", "TrackedList": "list"}
    name = type(value).__name__
    return plain.get(name, "variable of its own" if _is_variable(value) else name)
