"""Train a subject so that a reload can be told from a fresh model."""

from __future__ import annotations

from typing import Any, Mapping

import numpy as np

from harness.fresh import dialect
from harness.fresh.observe import observe
from harness.fresh.subject import Subject
from harness.nouns import PREDICTIONS, WEIGHTS, HarnessError
from harness.record.arrays_and_json import is_text
from harness.record.batches import Inputs

#: Added to what training leaves where it was. Positive, so that a variance stays one.
LEAST, MOST = 1e-3, 1e-2


def build(subject: Subject) -> Any:
    """A model as the subject builds it.

    Raises:
        HarnessError: It is no Keras model, or is not compiled.
    """
    model = subject.build()
    _require_compiled_model(model)
    return model


def train(model: Any, subject: Subject, inputs: Inputs) -> list[str]:
    """Train a model, and make sure that every weight left its initial value.

    A reload that silently re-initialises would otherwise read as a perfect
    round trip wherever no gradient arrives (an unused pooler, a frozen layer).
    Such weights are displaced by a seeded noise after training.

    Returns:
        The names of the weights that were displaced.

    Raises:
        HarnessError: A weight did not move, or the outputs are those of a fresh model.
    """
    fresh = observe(model, inputs, aspects=(PREDICTIONS, WEIGHTS))
    for each in fresh.hidden.values():
        raise HarnessError(f"the model that build() returned cannot be called with data() and probes(): {each.why}")
    subject.train(model, *inputs.data)
    displaced = _displace(model, fresh.facts[WEIGHTS])
    numbers = [name for name, value in fresh.facts[WEIGHTS].items() if not is_text(value)]
    if numbers and set(numbers) <= set(displaced):
        raise HarnessError("training moved no weight at all, so there is nothing to save and reload")
    trained = observe(model, inputs, aspects=(PREDICTIONS, WEIGHTS))
    for aspect in (WEIGHTS, PREDICTIONS):
        unmoved = _unmoved(fresh.facts[aspect], trained.facts[aspect])
        if unmoved:
            raise HarnessError(
                f"training left {len(unmoved)} {aspect} as they were, so a reload "
                f"could not be told from a fresh model: {', '.join(unmoved[:3])}"
            )
    return displaced


def _require_compiled_model(model: Any) -> None:
    if not hasattr(model, "predict") or not hasattr(model, "get_config"):
        raise HarnessError(f"build() returned {type(model).__name__}; expected a compiled Keras model")
    if getattr(model, "optimizer", None) is None:
        raise HarnessError("build() returned a model that is not compiled; expected model.compile(...) in it")


def _displace(model: Any, fresh: Mapping[str, Any]) -> list[str]:
    noise = np.random.default_rng(0)
    displaced = []
    slots = {} if getattr(model, "optimizer", None) is None else dialect.optimizer_variables(model.optimizer)
    for name, variable in dialect.named(model.weights).items():
        if hasattr(variable, "assign") and _same(fresh[name], dialect.value_of(variable)):
            _add(variable, noise)
            displaced.append(name)
    for name, variable in slots.items():
        # A slot starts as zeros, and stays so where no gradient arrives.
        value = dialect.value_of(variable)
        if value.ndim and not value.any():
            _add(variable, noise)
            displaced.append(name)
    return displaced


def _add(variable: Any, noise: np.random.Generator) -> None:
    value = dialect.value_of(variable)
    if value.dtype.kind == "b":
        variable.assign(~value)
    elif value.dtype.kind in "iu":
        variable.assign(value + 1)
    else:
        variable.assign(value + noise.uniform(LEAST, MOST, value.shape).astype(value.dtype))


def _unmoved(fresh: Mapping[str, Any], trained: Mapping[str, Any]) -> list[str]:
    return [
        name
        for name, value in trained.items()
        # A vocabulary is text, which no training moves.
        if isinstance(value, np.ndarray) and value.size and not is_text(value) and _same(fresh[name], value)
    ]


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and one.dtype == other.dtype and one.tobytes() == other.tobytes()
