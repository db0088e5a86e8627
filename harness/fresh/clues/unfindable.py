"""Classes and functions that a process without the model's code does not find, or finds another in place of."""

from __future__ import annotations

from typing import Any, Iterator

from harness.fresh.clues.parts import name_of, own_parts
from harness.nouns import Clue

#: Where Keras looks for what has no package in front of its name.
_PLACES = ("layers", "losses", "metrics", "optimizers", "activations", "regularizers", "constraints", "initializers")


def unfindable(model: Any) -> Iterator[Clue]:
    """One clue for each class and function of the author's, registered or not; another for a name that Keras has."""
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
