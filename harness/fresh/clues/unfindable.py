"""Classes and functions that a process without the model's code does not find, or finds another in place of."""

from __future__ import annotations

from typing import Any, Iterator

from harness.fresh.clues.parts import library_parts, name_of, own_parts, package_of
from harness.observation import Clue

#: Where Keras looks for what has no package in front of its name.
_PLACES = ("layers", "losses", "metrics", "optimizers", "activations", "regularizers", "constraints", "initializers")


def unfindable(model: Any) -> Iterator[Clue]:
    """One clue for each class and function of the author's, registered or not; another for a name that Keras has.

    And one for each class of a library's that a process does not have by having Keras.
    """
    from tensorflow import keras

    for where, part in own_parts(model):
        thing = part if hasattr(part, "__name__") else type(part)
        facts = {"name": name_of(thing), "module": str(thing.__module__), "kind": _kind(thing)}
        if facts["name"] == "<lambda>":
            yield Clue("lambda_function", where, facts)
        elif _is_registered(keras, thing):
            yield Clue("registered", where, facts)
        else:
            yield Clue("unregistered", where, facts)
            shadowed = _shadowed(keras, facts["name"], thing)
            if shadowed:
                yield Clue("shadows", where, {**facts, "shadowed": shadowed})
    for where, part in library_parts(model):
        yield Clue("of_a_library", where, {"name": name_of(type(part)), "package": package_of(type(part))})


def _is_registered(keras: Any, thing: Any) -> bool:
    """Whether it goes by another name than its own: register_keras_serializable puts a package before it."""
    saving = getattr(keras, "saving", None)
    look_up = getattr(saving, "get_registered_name", None) or keras.utils.get_registered_name
    return str(look_up(thing)) != name_of(thing)


def _kind(thing: Any) -> str:
    return "class" if isinstance(thing, type) else "function"


def _shadowed(keras: Any, name: str, thing: Any) -> str:
    """What Keras has of the same name, and takes instead; "" for nothing."""
    for place in _PLACES:
        own = getattr(getattr(keras, place, None), name, None)
        if own is not None and own is not thing:
            return f"keras.{place}.{name}"
    return ""
