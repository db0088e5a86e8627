"""A dtype policy of the whole process: a layer that does not hand its dtype on has the policy of the next process."""

from __future__ import annotations

from typing import Any, Iterator

from harness.fresh.clues.parts import own_parts
from harness.observation import Clue


def policies(model: Any) -> Iterator[Clue]:
    from tensorflow import keras

    policy = _global_policy(keras)
    if policy == keras.backend.floatx():
        return
    for where, part in own_parts(model):
        if hasattr(part, "call") and hasattr(part, "dtype"):
            yield Clue("global_policy", where, {"class": type(part).__name__, "policy": policy})


def _global_policy(keras: Any) -> str:
    found = getattr(keras.mixed_precision, "global_policy", None) or keras.mixed_precision.dtype_policy
    return str(found().name)
