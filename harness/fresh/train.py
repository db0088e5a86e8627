"""Train a subject so that a reload can be told from a fresh model."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Sequence

import numpy as np

from harness.fresh import dialects
from harness.fresh.aspects.warned import caught
from harness.fresh.clues import clues_of
from harness.fresh.clues.changing import attributes_of, changed
from harness.fresh.clues.reshaped import reshaped, settings_of
from harness.fresh.data import Given
from harness.fresh.graphs import forget_graphs, traced
from harness.fresh.live import with_live
from harness.fresh.observe import observe
from harness.fresh.optimizers import optimizers_of
from harness.fresh.subject import Subject
from harness.nouns import PREDICTIONS, PROBE, WEIGHTS, HarnessError
from harness.observation import Clue, Observation
from harness.record.arrays_and_json import is_text
from harness.record.batches import Inputs
from harness.record.tensors import same_bits


@dataclass(frozen=True)
class Trained:
    """A model as training has left it.

    Attributes:
        model: The live model.
        reference: All that it shows, which a reload is compared with; and what was said while it was built.
        clues: What it has that is known to get lost.
    """

    model: Any
    reference: Observation
    clues: tuple[Clue, ...] = ()


def train(subject: Subject, inputs: Given) -> Trained:
    """Build, train, make sure that training moved something, and observe. The model is left as the subject trained it.

    One that is finished when it is built is observed as it is.

    A loader that initialises anew what it should have restored is seen without any help, wherever initial values are
    random: each load is seeded otherwise than training. Where they are not (a bias of zeros that no gradient
    reached, a published base that build() brings, a vocabulary) what is initialised anew is the same, and nothing is
    lost.

    Raises:
        HarnessError: Training moved nothing; or the subject's own probe raises, or returns what is no JSON.
    """
    with caught() as said:
        model = subject.build()
    _require_keras_model(model)
    if subject.finished:
        return Trained(model, replace(reference_of(model, subject, inputs), said=tuple(said)), clues_of(model))
    _require_compiled(model)
    fresh = _before_training(model, inputs)
    could_move = bool(model.trainable_weights)
    before, settings = attributes_of(model), settings_of(model)
    try:
        subject.train(model, *map(dialects.of_this_process().fed, inputs.training))
    except MemoryError:
        raise
    except Exception:
        _answers_of_another(subject, inputs)
        raise
    reference = reference_of(model, subject, inputs)
    if PREDICTIONS in reference.hidden and reference.hidden[PREDICTIONS].raised:
        _answers_of_another(subject, inputs)
    # Of weights that cannot be looked at nobody knows, and the verdict says that they cannot.
    if could_move and WEIGHTS in reference.facts and not _moved(fresh, reference, WEIGHTS):
        other = fresh if PREDICTIONS in fresh.facts else _answers_of_another(subject, inputs, model.get_weights())
        if not _moved(other, reference, PREDICTIONS):
            raise HarnessError(
                "training moved neither a weight nor a prediction, so there is nothing to save and reload"
            )
    weights = [seen.facts.get(WEIGHTS, {}) for seen in (fresh, reference)]
    clues = (*clues_of(model), *changed(before, model), *reshaped(settings, model, *weights))
    return Trained(model, replace(reference, said=tuple(said)), clues)


def _before_training(model: Any, inputs: Inputs) -> Observation:
    """The weights of a model that has some, which costs nothing; one that is not built yet must predict to have any."""
    if model.built and model.weights:
        return observe(model, inputs, (WEIGHTS,))
    seen = _required(observe(model, inputs, (PREDICTIONS, WEIGHTS)))
    forget_graphs(model)  # so that what is traced afterwards is what training itself has traced
    return seen


def _answers_of_another(subject: Subject, inputs: Inputs, weights: Sequence[Any] = ()) -> Observation:
    """What another model that build() returns predicts, which nothing has been done to.

    Args:
        subject: Builds it.
        inputs: With the probes.
        weights: What its weights are set to; () for what it has.

    Raises:
        HarnessError: It cannot be called: what was given does not go together, whatever training made of it.
    """
    model = subject.build()
    if weights:
        observe(model, inputs, (PREDICTIONS,))  # which builds it
        model.set_weights(weights)
    return _required(observe(model, inputs, (PREDICTIONS,)))


def _required(seen: Observation) -> Observation:
    for each in seen.hidden.values():
        if each.raised:
            raise HarnessError(f"the model that build() returned cannot be called with data() and probes(): {each.why}")
    return seen


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


def _require_keras_model(model: Any) -> None:
    if not hasattr(model, "predict") or not hasattr(model, "get_config"):
        raise HarnessError(f"build() returned {type(model).__name__}; expected a compiled Keras model")


def _require_compiled(model: Any) -> None:
    if not optimizers_of(model):
        raise HarnessError("build() returned a model that is not compiled; expected model.compile(...) in it")


def _moved(fresh: Observation, trained: Observation, aspect: str) -> bool:
    """Whether anything of an aspect is otherwise than before training; but for vocabularies, which are text."""
    before = fresh.facts.get(aspect, {})
    return any(
        not (name in before and _same(before[name], value))
        for name, value in trained.facts.get(aspect, {}).items()
        if isinstance(value, np.ndarray) and value.size and not is_text(value)
    )


def _same(one: Any, other: np.ndarray) -> bool:
    return same_bits(np.asarray(one), other)
