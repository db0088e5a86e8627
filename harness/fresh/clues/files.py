"""Files outside of the artifact that a layer names: they are not there where somebody else loads it."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from harness.fresh.layers import layers_within
from harness.nouns import Clue

#: Arguments of Keras' preprocessing layers that may be a path: StringLookup, IntegerLookup, TextVectorization.
_PATHS = ("vocabulary", "idf_weights")


def files(model: Any) -> Iterator[Clue]:
    for path, layer in layers_within(model).items():
        try:
            config = layer.get_config()
        except Exception:  # a class that has none
            continue
        for argument in _PATHS:
            if isinstance(config, Mapping) and isinstance(config.get(argument), str):
                facts = {"class": type(layer).__name__, "argument": argument, "file": config[argument]}
                yield Clue("file_outside", f"layer {path!r}", facts)
