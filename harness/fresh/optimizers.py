"""The optimizers that a model holds: what compile() was given, and what its own training step uses. Of any Keras."""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Iterator, Mapping

from harness.fresh import dialects
from harness.fresh.variables import arrays

#: What Keras and TensorFlow list of an object's attributes beside the attributes themselves.
_LISTED_AGAIN = ("_unconditional_", "_self_", "_tracker", "_tracked")


def optimizers_of(model: Any) -> dict[str, Any]:
    """Every optimizer that a model holds, by its place.

    The one of compile() has none: "". One of a list that compile() was given has its position, "0"; an attribute of the
    model its name, "g_optimizer" or "optimizers/1"; and one inside of another optimizer, what that calls it.
    What a layer was compiled with that is a model itself is that layer's, and not the model's.
    """
    own = getattr(model, "optimizer", None)
    # What compile() was given is one, whatever it can do.
    found = {} if own is None or _parts(own) is not None else {"": own}
    seen = set(map(id, (*found.values(), *map(_inner, found.values()))))
    found.update(_within(own, "", seen))
    attributes = getattr(model, "__dict__", {})
    for name in sorted(attributes, key=lambda name: name.startswith("_")):  # one has its public name, if it has two
        if name not in ("optimizer", "_optimizer") and not name.startswith(_LISTED_AGAIN):
            found.update(_held(attributes[name], name, seen))
    return found


def _held(value: Any, place: str, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """What an attribute has of optimizers: it is one, or has some in lists and dicts."""
    if id(value) in seen:
        return
    if hasattr(type(value), "apply_gradients"):
        seen.update((id(value), id(_inner(value))))
        yield place, value
        yield from _within(value, f"{place}/", seen)
    elif _parts(value) is not None:
        seen.add(id(value))
        yield from _within(value, f"{place}/", seen)


def _within(value: Any, path: str, seen: set[int]) -> Iterator[tuple[str, Any]]:
    """What is inside of a list, a dict, or an optimizer."""
    parts = _parts(value)
    if parts is None:
        attributes = getattr(value, "__dict__", {}) if value is not None else {}
        parts = {name: each for name, each in attributes.items() if not name.startswith(_LISTED_AGAIN)}
    for name, each in parts.items():
        yield from _held(each, f"{path}{name}", seen)


def _parts(value: Any) -> Mapping[Any, Any] | None:
    """What is in a list or a dict, by key; None of anything else."""
    if isinstance(value, Mapping):
        return value
    return dict(enumerate(value)) if isinstance(value, (list, tuple)) else None


def _inner(optimizer: Any) -> Any:
    """What scales the loss shows the slots of the optimizer within it as its own."""
    return getattr(optimizer, "inner_optimizer", None)


def in_place(place: str, name: str) -> str:
    """What a fact of an optimizer is called among those of others: "class" of the one without a place, "1/class"."""
    return f"{place}/{name}" if place else name


@contextmanager
def taking_up(optimizers: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """Note what optimizers take up of a checkpoint when a step makes their slots, as arrays by place and name.

    For which variables that is, only the step knows that uses them.
    """
    dialect = dialects.of_this_process()
    taken: dict[str, Any] = {}

    def note(place: str, optimizer: Any) -> None:
        build = optimizer.build

        def noting(variables: Any) -> None:
            del optimizer.build
            build(variables)
            now = arrays(dialect.optimizer_variables(optimizer))
            taken.update({in_place(place, name): value for name, value in now.items()})

        optimizer.build = noting

    waiting = {place: each for place, each in optimizers.items() if dialect.is_waiting(each)}
    for place, optimizer in waiting.items():
        note(place, optimizer)
    try:
        yield taken
    finally:
        for optimizer in waiting.values():
            vars(optimizer).pop("build", None)
