"""What this suite has of Keras: layers, below heads and losses; models, above them; an encoder of Keras' own layers.

A definition names such an object, and TensorFlow is imported only where it is built: the driver meets none of it.
"""

from __future__ import annotations

import importlib
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Callable, Iterator


def _imported(name: str) -> Any:
    module, _, attribute = name.partition(":")
    return getattr(importlib.import_module(f"cases.keras.{module}"), attribute)


_find: ContextVar[Callable[[str], Any]] = ContextVar("find", default=_imported)


def custom_object(name: str) -> Any:
    """A class or function by "module:name", such as "layers:AttentionPool"; its module is imported only now."""
    return _find.get()(name)


@contextmanager
def in_place_of_custom_objects(find: Callable[[str], Any]) -> Iterator[None]:
    """In this context `custom_object` finds something else: what writes a model down has no TensorFlow."""
    before = _find.set(find)
    try:
        yield
    finally:
        _find.reset(before)
