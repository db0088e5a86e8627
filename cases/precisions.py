"""Precisions: what layers compute in. To add one: one line in _ALL."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Precision:
    """One of Keras' dtype policies; its name is the policy's."""

    name: str

    def set(self, keras: Any) -> None:
        """Make it the policy of all layers to come, in this process."""
        keras.mixed_precision.set_global_policy(self.name)


_ALL = (
    Precision("float32"),
    Precision("mixed_float16"),
    Precision("mixed_bfloat16"),
)

PRECISIONS = {each.name: each for each in _ALL}
