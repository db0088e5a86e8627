"""What a model is before its training, so that training is told from none, and what was given wrongly from a loss."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from harness.fresh import train as training
from harness.nouns import PREDICTIONS, WEIGHTS, HarnessError
from harness.observation import Hidden, Observation

NO = Hidden("ValueError: no such shape", raised=True)


class Model:
    """One weight, and one number beside it that no Keras knows of."""

    trainable_weights = ("kernel",)

    def __init__(self, built=True):
        self.built, self.kernel, self.attribute = built, np.zeros(2), 0.0

    @property
    def weights(self):
        return ["kernel"] if self.built else []

    def get_weights(self):
        return [self.kernel]

    def set_weights(self, weights):
        (self.kernel,) = weights


@pytest.fixture
def trained(monkeypatch):
    """Train Models by a function; returns what was looked at before saving, model by model."""
    looks, models = [], []

    def observe(model, inputs, aspects):
        looks.append((models.index(model), *aspects))
        model.built = model.built or PREDICTIONS in aspects
        facts = {WEIGHTS: {"kernel": model.kernel.copy()}, PREDICTIONS: {"same": model.kernel + model.attribute}}
        hidden = {PREDICTIONS: NO} if inputs.unfit and PREDICTIONS in aspects else {}
        return Observation({each: facts[each] for each in aspects if each not in hidden}, hidden)

    monkeypatch.setattr(training, "observe", observe)
    monkeypatch.setattr(training, "reference_of", lambda model, *_: observe(model, inputs, (PREDICTIONS, WEIGHTS)))
    for required in ("_require_keras_model", "_require_compiled"):
        monkeypatch.setattr(training, required, lambda model: None)
    monkeypatch.setattr(training, "forget_graphs", lambda model: None)
    monkeypatch.setattr(training, "attributes_of", lambda model: {})
    monkeypatch.setattr(training, "changed", lambda before, model: ())
    monkeypatch.setattr(training, "clues_of", lambda model: ())
    monkeypatch.setattr(training.dialects, "of_this_process", lambda: SimpleNamespace(fed=lambda each: each))
    inputs = SimpleNamespace(training=(), unfit=False)

    def run(function, built=True, unfit=False):
        def build():
            models.append(Model(built))
            return models[-1]

        inputs.unfit = unfit
        training.train(SimpleNamespace(build=build, train=function, finished=False), inputs)
        return looks

    return run


def moves_a_weight(model):
    model.kernel = model.kernel + 1


def moves_an_attribute(model):
    model.attribute = 1.0


def raises(model):
    raise ZeroDivisionError("in training")


def test_a_built_model_is_not_called_before_it_is_trained(trained):
    assert [(0, WEIGHTS), (0, PREDICTIONS, WEIGHTS)] == trained(moves_a_weight)


def test_a_model_that_is_not_built_predicts_first_so_that_it_has_weights(trained):
    assert [(0, PREDICTIONS, WEIGHTS)] * 2 == trained(moves_a_weight, built=False)


def test_what_moves_no_weight_is_held_against_another_model_with_the_same_weights(trained):
    looks = trained(moves_an_attribute)

    assert {0, 1} == {model for model, *_ in looks}
    with pytest.raises(HarnessError, match="moved neither a weight nor a prediction"):
        trained(lambda model: None)


def test_a_training_that_raises_is_told_from_a_model_that_does_not_take_its_data(trained):
    with pytest.raises(ZeroDivisionError, match="in training"):
        trained(raises)
    with pytest.raises(HarnessError, match=r"cannot be called with data\(\) and probes\(\): ValueError: no such shape"):
        trained(raises, unfit=True)


@pytest.mark.parametrize("built", [True, False])
def test_a_trained_model_that_does_not_take_its_probes_is_refused(trained, built):
    with pytest.raises(HarnessError, match=r"cannot be called with data\(\) and probes\(\)"):
        trained(moves_a_weight, built, unfit=True)


def test_a_training_that_runs_out_of_memory_is_left_alone(trained):
    def exhausts(model):
        raise MemoryError

    with pytest.raises(MemoryError):
        trained(exhausts, unfit=True)
