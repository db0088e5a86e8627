"""The optimizers that a model holds, each by its place, and how looking at them leaves them as they are."""

from __future__ import annotations

import sys
from contextlib import nullcontext
from types import SimpleNamespace

import numpy as np
import pytest

from harness.fresh import dialects
from harness.fresh.aspects import resume, state
from harness.fresh.aspects.sight import NotObservable
from harness.fresh.dialects import keras_2, keras_3
from harness.fresh.optimizers import optimizers_of, taking_up
from harness.nouns import OPTIMIZER, RESUME, STEP, TRAINABLE
from harness.observation import Observation
from harness.record.batches import Inputs


class Variable:
    def __init__(self, name, value):
        self.name, self.value = name, np.asarray(value)
        self.shape = self.value.shape

    def numpy(self):
        return self.value


class Optimizer:
    """Of Keras 2.11 and later: it makes all slots when it is built."""

    def __init__(self, name="Adam", learning_rate=0.1, waiting=None):
        self.name, self._learning_rate, self._built = name, learning_rate, False
        self.variables = [Variable("iteration", 3)]
        self._variables = SimpleNamespace(_deferred_dependencies=dict(waiting or {}))
        self.waiting = waiting or {}

    @property
    def learning_rate(self):
        return self._learning_rate

    def build(self, variables):
        self._built = True
        self.variables += [Variable(f"m/{each.name}", self.waiting.get(each.name, 0.0)) for each in variables]

    def apply_gradients(self, pairs): ...

    def get_config(self):
        return {"name": self.name, "learning_rate": self._learning_rate}

    @classmethod
    def from_config(cls, config):
        return cls(**config)


class WithoutRate(Optimizer):
    @property
    def learning_rate(self):
        raise ValueError("Missing learning rate")


class WithoutConfig(Optimizer):
    def get_config(self):
        raise NotImplementedError


@pytest.fixture(autouse=True)
def _dialect(monkeypatch):
    monkeypatch.setattr(dialects, "of_this_process", lambda: keras_2)


def model(**attributes):
    return SimpleNamespace(**{"optimizer": None, "trainable_variables": [Variable("kernel", 1.0)], **attributes})


def looked_at(**attributes):
    return state.optimizer(SimpleNamespace(model=model(**attributes)))


def test_each_optimizer_has_its_place():
    own, one, other, hidden, inner = (Optimizer() for _ in range(5))
    own.specs = [{"optimizer": inner, "weights": ["a"]}]
    listed = {"_unconditional_dependency_names": {"g": one}, "_self_tracked_trackables": [one]}

    found = optimizers_of(model(**listed, _h=hidden, optimizer=own, g=one, rest={"d": other}, again=[one], layers=[1]))

    assert {"": own, "specs/0/optimizer": inner, "g": one, "rest/d": other, "_h": hidden} == found
    assert {"0": one, "1": other} == optimizers_of(model(optimizer=[one, other]))
    assert {} == optimizers_of(model())
    assert {} == optimizers_of(object())


def test_what_scales_the_loss_is_one_with_what_it_scales():
    own, held = (SimpleNamespace(inner_optimizer=inner, _optimizer=inner) for inner in (Optimizer(), Optimizer()))
    held = type("Scaled", (), {"apply_gradients": None, "inner_optimizer": held.inner_optimizer})()

    assert ["", "held"] == list(optimizers_of(model(optimizer=own, held=held)))


def test_a_list_that_holds_itself_ends():
    endless = [Optimizer()]
    endless.append(endless)

    assert ["endless/0"] == list(optimizers_of(model(endless=endless)))


def test_slots_are_seen_as_the_next_step_finds_them_and_are_not_made():
    own = Optimizer()

    facts = looked_at(optimizer=own)

    assert (3, 0.0) == (facts["iteration"], facts["m/kernel"])
    assert np.float32(0.1) == facts["learning rate now"]
    assert (False, 1) == (own._built, len(own.variables))


def test_slots_that_a_checkpoint_holds_are_taken_up():
    assert 0.7 == looked_at(optimizer=Optimizer(waiting={"kernel": 0.7}))["m/kernel"]


def test_slots_of_a_step_of_its_own_are_its_own_matter():
    held = Optimizer(waiting={"kernel": 0.7})

    assert {"g/class", "g/config", "g/learning rate now", "g/iteration"} == set(looked_at(g=held))
    assert not held._built


def test_no_rate_and_no_config_hide_nothing_else():
    without_rate, without_config = looked_at(optimizer=WithoutRate()), looked_at(optimizer=WithoutConfig())

    assert {"class", "config", "iteration", "m/kernel"} == set(without_rate)
    assert "raises NotImplementedError" == without_config["config"]
    assert 3 == without_config["iteration"]


def test_a_model_without_any_optimizer_is_not_compiled():
    with pytest.raises(NotObservable, match="the model is not compiled"):
        looked_at()


def test_what_a_step_takes_up_is_noted_and_nothing_stays_patched():
    waiting, built = Optimizer(waiting={"kernel": 0.7}), Optimizer()
    built.build([])
    with taking_up({"g": waiting, "d": built}) as taken:
        waiting.build([Variable("kernel", 1.0)])

    assert {"g/iteration": 3, "g/m/kernel": 0.7} == taken
    assert "build" not in vars(waiting)
    with taking_up({"g": Optimizer(waiting={"kernel": 0.7})}) as taken:
        pass
    assert {} == taken


class Old:
    """Of before TensorFlow 2.11: it makes the slots of a variable when that first gets a gradient."""

    def __init__(self, slots):
        self.slots = slots

    def get_slot_names(self):
        return sorted({kind for kinds in self.slots.values() for kind in kinds})

    def get_slot(self, variable, kind):
        return self.slots[variable.name][kind]


@pytest.mark.parametrize(
    ("slots", "without"),
    [
        ({}, ["a", "b"]),
        ({"a": {"m": 1}}, ["b"]),
        ({"a": {"m": 1}, "b": {"m": 1}}, []),
        ({"a": {"m": 1, "v": 1}, "b": {"m": 1}}, ["b"]),
    ],
)
def test_an_old_optimizer_lacks_the_slots_of_what_got_no_gradient_frozen_now_or_not(slots, without):
    a, b, mean = (SimpleNamespace(name=name, trainable=name != "mean") for name in ("a", "b", "mean"))

    assert without == [each.name for each in keras_2.without_slots(Old(slots), model(weights=[a, b, mean]))]


def test_a_built_optimizer_lacks_no_slots():
    a_model = model()

    assert [] == keras_2.without_slots(SimpleNamespace(build=None, _built=True), a_model)
    assert [] == keras_3.without_slots(SimpleNamespace(built=True), a_model)
    assert a_model.trainable_variables == keras_3.without_slots(SimpleNamespace(built=False), a_model)


def test_the_second_optimizer_of_a_name_has_its_number_dropped():
    optimizer = SimpleNamespace(
        name="Adam", variables=[Variable("Adam_1/m/kernel:0", 0), Variable("Adam/v/Adam_7:0", 0)]
    )

    assert ["m/kernel:0", "v/Adam_7:0"] == list(keras_2.optimizer_variables(optimizer))


class Trained:
    """A model whose training draws from one of two generators, makes a weight and takes another away."""

    def __init__(self, monkeypatch):
        self.states = {"drawn": np.array([1, 0]), "idle": np.array([5, 0])}
        self.optimizer, self.trainable_weights, self.trainable_variables = WithoutRate(), [], []
        self.weights = [Variable("stays", 1.0), Variable("goes", 1.0)]
        monkeypatch.setattr(resume, "layers_within", lambda model: {name: name for name in model.states})
        monkeypatch.setattr(resume, "seed_everything", lambda seed: None)
        fake = {"generator_state": lambda name: self.states[name], "step_eagerly": lambda model: None}
        fake["restart_seeds"] = lambda model: None
        kept = {name: getattr(keras_2, name) for name in ("is_waiting", "learning_rate_now", "fed", "input_specs")}
        monkeypatch.setattr(dialects, "of_this_process", lambda: SimpleNamespace(**{**kept, **fake}))

    def fit(self, *data, **how):
        self.states["drawn"] = np.array([2, 0])
        self.weights = [self.weights[0], Variable("appears", 2.0)]


def test_training_on_asks_for_no_rate_and_tells_of_what_it_used(monkeypatch):
    keras = SimpleNamespace(callbacks=SimpleNamespace(LambdaCallback=lambda on_batch_end: on_batch_end(0, {"loss": 1})))
    monkeypatch.setitem(sys.modules, "tensorflow", SimpleNamespace(keras=keras))
    monkeypatch.setattr(resume, "noting", lambda model: nullcontext([]))
    x = np.ones((4, 2))

    seen = resume.train_on(Trained(monkeypatch), Inputs((x, x), {}), Observation({TRAINABLE: {}, OPTIMIZER: {}}))

    assert {} == seen.hidden
    assert ["generator/drawn", "step 1 loss", "after/stays", "after/appears"] == list(seen.facts[RESUME])
    assert [1, 0] == seen.facts[RESUME]["generator/drawn"].tolist()
    assert {f"{STEP}stays": "still"} == seen.facts[TRAINABLE]
