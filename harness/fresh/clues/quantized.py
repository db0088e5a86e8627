"""Layers of Keras 3 whose weights are others than build() makes: integers by quantize(), factors by enable_lora()."""

from __future__ import annotations

from typing import Any, Iterator

from harness.fresh.layers import layers_within
from harness.observation import Clue


def quantized(model: Any) -> Iterator[Clue]:
    """One clue for all that are quantized, and one for each that has LoRA enabled."""
    layers = layers_within(model)
    modes = {path: getattr(layer, "quantization_mode", None) for path, layer in layers.items()}
    found = {path: mode for path, mode in modes.items() if isinstance(mode, str)}
    if found:
        path, mode = next(iter(found.items()))
        yield Clue("quantized", f"layer {path!r}", {"mode": mode, "layers": str(len(found))})
    for path, layer in layers.items():
        if getattr(layer, "lora_enabled", False) is True:
            yield Clue("lora_merged", f"layer {path!r}", {"class": type(layer).__name__})
