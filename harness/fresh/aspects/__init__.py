"""The aspects of a live Keras model, one look each. To add one: its look, one line in LOOKS, its name in case.py.

Looks change nothing. What training on does, what a tokenizer says and what loading logged are seen by
`resume`, `tokenizer` and `warned`, each at its own moment; saving again is a job of its own.
"""

from __future__ import annotations

from typing import Any, Callable, Mapping

from harness.fresh.aspects import numbers, state, structure
from harness.fresh.aspects.sight import NotObservable, Sight, hidden
from harness.fresh.aspects.signature import signature
from harness.nouns import (
    CLASS,
    COMPILE,
    CONFIG,
    EVALUATION,
    LOSSES,
    NAMES,
    OPTIMIZER,
    PRECISION,
    PREDICTIONS,
    SIGNATURE,
    TRAINABLE,
    WEIGHTS,
)

__all__ = ["LOOKS", "SAVED_AGAIN", "Look", "NotObservable", "Sight", "hidden"]

Look = Callable[[Sight], Mapping[str, Any]]

# In this order: a model that was not called yet has no weights, and metrics are resolved by evaluating.
LOOKS: Mapping[str, Look] = {
    PREDICTIONS: numbers.predictions,
    EVALUATION: numbers.evaluation,
    WEIGHTS: state.weights,
    CONFIG: structure.config,
    CLASS: structure.class_,
    NAMES: structure.names,
    PRECISION: structure.precision,
    TRAINABLE: structure.trainable,
    COMPILE: structure.compile_,
    OPTIMIZER: state.optimizer,
    LOSSES: numbers.losses,
    SIGNATURE: signature,
}

#: What is looked at when a model that was loaded is saved and loaded again: what costs little.
SAVED_AGAIN = tuple(aspect for aspect in LOOKS if aspect != SIGNATURE)
