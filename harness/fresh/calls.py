"""What every layer answers while a model is called, in order of execution: where does a reload first answer otherwise?

Nothing is called for it: whoever calls the model anyway does so in this context. Of activations their digests are kept,
and a few of their values.
"""

from __future__ import annotations

import contextlib
import hashlib
from collections import Counter
from contextlib import contextmanager
from typing import Any, Iterator

import numpy as np

from harness.fresh.layers import layers_within
from harness.observation import Answer, Call
from harness.record.batches import leaves

#: Values of an answer that are kept, evenly spaced: all of a small one.
SAMPLE = 64
#: Calls that are noted: of a model that calls its layers more often, the first.
MOST = 20_000

_DIGEST = "_digest_by_harness"


@contextmanager
def noting(model: Any) -> Iterator[list[Call]]:
    """Note what the layers inside a model answer in this context; what ends first comes first.

    Layers are noted where Python calls them: not in a graph, and not inside a layer that came back without its class.

    Args:
        model: A Keras model. Of one that is inside another, calls of the inner layers are noted as well.
    """
    from tensorflow import keras

    owner = keras.layers.Layer
    paths = {id(layer): path for path, layer in layers_within(model).items()}
    original, counts = owner.__call__, Counter[str]()
    calls: list[Call] = []

    def call(layer: Any, *given: Any, **named: Any) -> Any:
        answer = original(layer, *given, **named)
        path = paths.get(id(layer))
        if path is not None and len(calls) < MOST:
            counts[path] += 1
            noted = _noted(path, type(layer).__name__, counts[path], (given, named), answer)
            if noted is not None:
                calls.append(noted)
        return answer

    owner.__call__ = call
    try:
        yield calls
    finally:
        owner.__call__ = original


def _noted(path: str, kind: str, number: int, given: Any, answer: Any) -> Call | None:
    """None for a call on symbols: it computes nothing."""
    try:
        answers = tuple(_answer(each) for each in leaves(answer) if _is_tensor(each))
        return Call(path, kind, number, tuple(_digest(each) for each in leaves(given) if _is_tensor(each)), answers)
    except Exception:  # a tensor without values, of whatever kind: the call itself must not fail by being noted
        return None


def _is_tensor(value: Any) -> bool:
    return hasattr(value, "numpy") and hasattr(value, "dtype") and hasattr(value, "shape")


def _digest(tensor: Any) -> str:
    """Of dtype, shape and bytes, sixteen hexadecimal digits; taken once of what one layer hands to another."""
    known: str | None = getattr(tensor, _DIGEST, None)
    if known is not None:
        return known
    array = np.ascontiguousarray(tensor.numpy())
    digest = hashlib.sha1(f"{array.dtype} {array.shape}".encode(), usedforsecurity=False)
    digest.update(repr(array.tolist()).encode() if array.dtype == object else array.reshape(-1).view("u1").data)
    found = digest.hexdigest()[:16]
    with contextlib.suppress(AttributeError):  # then it is taken again
        setattr(tensor, _DIGEST, found)
    return found


def _answer(tensor: Any) -> Answer:
    array = np.asarray(tensor.numpy())
    flat = array.reshape(-1)
    places = np.unique(np.linspace(0, max(0, flat.size - 1), min(SAMPLE, flat.size)).astype(int))
    numbers = flat[places] if array.dtype != object else flat[:0]
    values = np.abs(numbers) if np.iscomplexobj(numbers) else numbers
    return Answer(tuple(array.shape), str(array.dtype), _digest(tensor), tuple(map(float, values)))
