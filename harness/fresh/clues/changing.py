"""Python attributes that training changes: state that is no variable, which no format keeps."""

from __future__ import annotations

import collections
import contextlib
import hashlib
import random
from typing import Any, Iterator, Mapping

import numpy as np

from harness.fresh.clues.parts import is_own, own_attributes
from harness.fresh.layers import layers_within
from harness.observation import Clue

Attributes = Mapping[str, Mapping[str, str]]

_WIDTH = 40
#: So many numbers of an array are told one by one.
_FEW = 8


def attributes_of(model: Any) -> Attributes:
    """Where -> attribute -> its value in words, of the plain attributes that the author's classes have."""
    parts = {"the model": model, **{f"layer {path!r}": layer for path, layer in layers_within(model).items()}}
    return {where: dict(_attributes(part)) for where, part in parts.items() if is_own(type(part))}


def changed(before: Attributes, model: Any) -> Iterator[Clue]:
    """One clue for each attribute that is another one now, and is not in the config."""
    parts = {"the model": model, **{f"layer {path!r}": layer for path, layer in layers_within(model).items()}}
    for where, now in attributes_of(model).items():
        for name, value in now.items():
            was = before.get(where, {}).get(name)
            if was is not None and was != value and name not in _config(parts[where]):
                facts = {"class": type(parts[where]).__name__, "attribute": name, "before": was, "after": value}
                yield Clue("changing_attribute", where, {key: _short(each) for key, each in facts.items()})


def _attributes(part: Any) -> Iterator[tuple[str, str]]:
    for name, value in own_attributes(part).items():
        # What has tensors, layers or functions in it is another matter; and what holds itself, nobody can say.
        with contextlib.suppress(TypeError, RecursionError):
            yield name, repr(_plain(value))


def _plain(value: Any) -> Any:
    """What is made of numbers and text, without what Keras wraps to track it, and without an order that it has not.

    Raises:
        TypeError: It is of something else.
    """
    if value is None or isinstance(value, (bool, int, float, complex, str, bytes)):
        return value
    if isinstance(value, Mapping):
        return {key: _plain(each) for key, each in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(map(_plain, value), key=repr)
    if isinstance(value, (list, tuple, collections.deque)):
        return [_plain(each) for each in value]
    if isinstance(value, np.generic):
        return value.item()
    if isinstance(value, np.ndarray) and not value.dtype.hasobject:
        return value.tolist() if value.size <= _FEW else f"{value.dtype} {value.shape} {_digest(value.tobytes())}"
    state = _state_of(value)
    if state is None:
        raise TypeError(type(value).__name__)
    return f"state {_digest(repr(state).encode())}"


def _state_of(value: Any) -> Any:
    """That of a generator of random numbers; None of what is none."""
    if isinstance(value, random.Random):
        return value.getstate()
    if isinstance(value, np.random.RandomState):
        state = value.get_state(legacy=False)["state"]
        return state["key"].tolist(), state["pos"]
    return value.bit_generator.state if isinstance(value, np.random.Generator) else None


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:8]


def _config(part: Any) -> Mapping[str, Any]:
    try:
        config = part.get_config()
    except Exception:  # code of the author's, or of a class that has none
        return {}
    return config if isinstance(config, Mapping) else {}


def _short(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."
