"""What a layer has in files: of its author's, which nobody else has, or of an archive, which other formats are not."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from harness.fresh.layers import layers_within
from harness.observation import Clue

#: Arguments of Keras' preprocessing layers that may be a path: StringLookup, IntegerLookup, TextVectorization.
_PATHS = ("vocabulary", "idf_weights")


def files(model: Any) -> Iterator[Clue]:
    for path, layer in layers_within(model).items():
        try:
            config = layer.get_config()
        except Exception:  # a class that has none
            continue
        if not isinstance(config, Mapping):
            continue
        for argument in _PATHS:
            if isinstance(config.get(argument), str):
                facts = {"class": type(layer).__name__, "argument": argument, "file": config[argument]}
                yield Clue("file_outside", f"layer {path!r}", facts)
        # Words that were read from a file or adapted to are no part of the config, and no weights.
        if hasattr(layer, "get_vocabulary") and config.get("vocabulary") is None:
            yield Clue("asset", f"layer {path!r}", {"class": type(layer).__name__, "words": str(_size(layer))})


def _size(layer: Any) -> int:
    return len(layer.get_vocabulary())
