"""Methods of the author's that a model brought back as another class has not; and functions saved as bytes."""

from __future__ import annotations

from typing import Any, Iterator

from harness.fresh.clues.parts import is_own
from harness.fresh.layers import layers_within
from harness.observation import Clue

_METHODS = ("train_step", "test_step", "predict_step", "compute_loss", "compile")


def steps(model: Any) -> Iterator[Clue]:
    kind = type(model)
    methods = [method for method in _METHODS if is_own(getattr(kind, method, None))]
    if methods:
        yield Clue("own_step", "the model", {"class": kind.__name__, "method": ", ".join(methods)})
    for path, layer in layers_within(model).items():
        if type(layer).__name__ == "Lambda" and not is_own(type(layer)):
            yield Clue("lambda_layer", f"layer {path!r}", {"class": "Lambda"})
