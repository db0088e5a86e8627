"""Flags of trainability that a reload sets otherwise: of a model in a model, and of what a wrapper wraps."""

from __future__ import annotations

from typing import Any, Iterator

from harness.fresh.layers import layers_within
from harness.observation import Clue

#: Where layers keep the one layer or cell that they wrap.
_WRAPPED = ("layer", "cell", "forward_layer")


def frozen(model: Any) -> Iterator[Clue]:
    """One clue for each frozen model in the model, and for each frozen layer that wraps what is not frozen."""
    for path, layer in layers_within(model).items():
        if layer.trainable:
            continue
        facts = {"class": type(layer).__name__}
        if hasattr(layer, "layers") and hasattr(layer, "predict"):
            yield Clue("nested_thaws", f"layer {path!r}", facts)
        wrapped = [getattr(layer, name, None) for name in _WRAPPED]
        if any(getattr(each, "trainable", False) is True for each in wrapped):
            yield Clue("frozen_wrapper", f"layer {path!r}", facts)
