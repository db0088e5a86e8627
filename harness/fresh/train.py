"""Train a subject so that a reload can be told from a fresh model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Mapping

import numpy as np

from harness.fresh import dialects
from harness.fresh.aspects.warned import caught
from harness.fresh.data import Given
from harness.fresh.graphs import forget_graphs, traced
from harness.fresh.live import with_live
from harness.fresh.observe import observe
from harness.fresh.subject import Subject
from harness.fresh.variables import named, value_of
from harness.nouns import PREDICTIONS, PROBE, WEIGHTS, HarnessError, Observation
from harness.record.arrays_and_json import is_text
from harness.record.batches import Inputs

#: Added to what training leaves where it was. Positive, so that a variance stays one.
LEAST, MOST = 1e-3, 1e-2


@dataclass(frozen=True)
class Trained:
    """A model as training has left it.

    Attributes:
        model: The live model.
        displaced: Names of the weights that training did not move, and that were given a noise instead.
        reference: All that it shows, which a reload is compared with; and what was said while it was built.
    """

    model: Any
    displaced: tuple[str, ...]
    reference: Observation


def train(subject: Subject, inputs: Given) -> Trained:
    """Build, train, make sure that every weight left its initial value, and observe.

    A reload that silently re-initialises would otherwise read as a perfect
    round trip wherever no gradient arrives (an unused pooler, a frozen layer).
    Such weights are displaced by a seeded noise after training.

    Raises:
        HarnessError: A weight did not move, or the outputs are those of a fresh model; or the subject's own probe
            raises, or returns what is no JSON.
    """
    with caught() as said:
        model = subject.build()
    _require_compiled_model(model)
    fresh = observe(model, inputs, aspects=(PREDICTIONS, WEIGHTS))
    for each in fresh.hidden.values():
        raise HarnessError(f"the model that build() returned cannot be called with data() and probes(): {each.why}")
    forget_graphs(model)  # so that what is traced afterwards is what training itself has traced
    subject.train(model, *map(dialects.of_this_process().fed, inputs.training))
    displaced = _displace(model, fresh.facts[WEIGHTS])
    numbers = [name for name, value in fresh.facts[WEIGHTS].items() if not is_text(value)]
    if numbers and set(numbers) <= set(displaced):
        raise HarnessError("training moved no weight at all, so there is nothing to save and reload")
    reference = reference_of(model, subject, inputs)
    for aspect in (WEIGHTS, PREDICTIONS):
        unmoved = _unmoved(fresh.facts[aspect], reference.facts.get(aspect, {}))
        if unmoved:
            raise HarnessError(
                f"training left {len(unmoved)} {aspect} as they were, so a reload "
                f"could not be told from a fresh model: {', '.join(unmoved[:3])}"
            )
    return Trained(model, tuple(displaced), replace(reference, said=tuple(said)))


def reference_of(model: Any, subject: Subject, inputs: Inputs) -> Observation:
    """What a reload is compared with: all that a trained model shows.

    A reload sees each shape for the first time, so graphs are traced anew first. Where training has predicted before,
    TensorFlow 2.5 answers some shapes by a more general graph, whose floats round elsewhere: by 6 ULPs in float32, by
    2e-4 in half precision. What differs by more than that is told as well (see `harness.fresh.live`).
    """
    live = observe(model, inputs, traced(model))
    forget_graphs(model)
    reference = observe(model, inputs, probe=subject.probe)
    if PROBE in reference.hidden:
        raise HarnessError(f"probe() cannot be compared: {reference.hidden[PROBE].why}")
    return with_live(reference, live)


def _require_compiled_model(model: Any) -> None:
    if not hasattr(model, "predict") or not hasattr(model, "get_config"):
        raise HarnessError(f"build() returned {type(model).__name__}; expected a compiled Keras model")
    if getattr(model, "optimizer", None) is None:
        raise HarnessError("build() returned a model that is not compiled; expected model.compile(...) in it")


def _displace(model: Any, fresh: Mapping[str, Any]) -> list[str]:
    noise = np.random.default_rng(0)
    displaced = []
    compiled = getattr(model, "optimizer", None) is not None
    slots = dialects.of_this_process().optimizer_variables(model.optimizer) if compiled else {}
    for name, variable in named(model.weights).items():
        if hasattr(variable, "assign") and _same(fresh[name], value_of(variable)):
            _add(variable, noise)
            displaced.append(name)
    for name, variable in slots.items():
        # A slot starts as zeros, and stays so where no gradient arrives.
        value = value_of(variable)
        if value.ndim and not value.any():
            _add(variable, noise)
            displaced.append(name)
    return displaced


def _add(variable: Any, noise: np.random.Generator) -> None:
    value = value_of(variable)
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
        if name in fresh and isinstance(value, np.ndarray) and value.size and not is_text(value)
        if _same(fresh[name], value)
    ]


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and one.dtype == other.dtype and one.tobytes() == other.tobytes()
