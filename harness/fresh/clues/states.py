"""State that a layer or an optimizer has besides its variables: where a sequence has come to, what does not decay."""

from __future__ import annotations

from typing import Any, Iterator

from harness.fresh.layers import layers_within
from harness.observation import Clue

_EXCLUDED = "_exclude_from_weight_decay"


def states(model: Any) -> Iterator[Clue]:
    """One clue for each stateful layer, and for what an optimizer of Keras is known to keep to itself."""
    for path, layer in layers_within(model).items():
        resets = hasattr(layer, "reset_states") or hasattr(layer, "reset_state")  # of Keras 2, and of Keras 3
        if getattr(layer, "stateful", False) is True and resets:
            yield Clue("stateful", f"layer {path!r}", {"class": type(layer).__name__})
    optimizer = getattr(model, "optimizer", None)
    optimizer = getattr(optimizer, "inner_optimizer", None) or optimizer
    facts = {"class": type(optimizer).__name__}
    if ".legacy." in type(optimizer).__module__:
        yield Clue("legacy_optimizer", "the optimizer", facts)
    if type(optimizer).__name__ == "Nadam":
        yield Clue("nadam", "the optimizer", facts)
    # A list of weights, or of names, or a set of both, by Keras.
    if any(value for name, value in getattr(optimizer, "__dict__", {}).items() if name.startswith(_EXCLUDED)):
        yield Clue("excluded_from_decay", "the optimizer", facts)
