"""Keras 2 and Keras 3 behind the same names; and what a new Keras has renamed is told, not taken for absent."""

from __future__ import annotations

import inspect
import sys
from types import SimpleNamespace

import numpy as np
import pytest
from packaging.version import Version

from harness.fresh import reading
from harness.fresh.aspects.sight import Sight, hidden
from harness.fresh.dialects import keras_2, keras_3
from harness.fresh.graphs import eagerly, forget_graphs, traced
from harness.fresh.layers import layers_within
from harness.fresh.reading import Unreadable, read
from harness.fresh.variables import named
from harness.observation import Hidden
from harness.record.batches import Inputs

BOTH = pytest.mark.parametrize("dialect", [keras_2, keras_3], ids=["keras_2", "keras_3"])


@pytest.fixture(autouse=True)
def version(monkeypatch):
    """The Keras that this process seems to use: one that nobody has seen yet."""

    def is_now(text):
        for module in (reading, keras_2):
            monkeypatch.setattr(module, "keras_version", lambda: Version(text))

    is_now("9.9.9")
    return is_now


def functions(dialect):
    return {
        name: list(inspect.signature(function).parameters)
        for name, function in vars(dialect).items()
        if inspect.isfunction(function) and function.__module__ == dialect.__name__ and not name.startswith("_")
    }


def test_both_have_the_same_functions():
    assert functions(keras_2) == functions(keras_3)
    assert len(functions(keras_2)) > 12


class Variable:
    def __init__(self, name, shape=(), value=0.0):
        self.name, self.shape, self.value = name, shape, value

    def numpy(self):
        return np.asarray(self.value)


class Optimizer:
    name = "Adam"

    def __init__(self, *names):
        self.variables = [Variable(name) for name in names]


def test_a_repeated_name_is_numbered():
    assert ["a", "b", "a#2", "a#3"] == list(named(map(Variable, "abaa")))


@BOTH
@pytest.mark.parametrize("name", ["Adam/m/kernel:0", "m/kernel:0", "cond_1/Adam/m/kernel:0"])
def test_a_slot_has_one_name_whoever_created_it(dialect, name):
    assert ["m/kernel:0"] == list(dialect.optimizer_variables(Optimizer(name)))


def test_keras_3_tells_a_slot_by_its_shape():
    optimizer = SimpleNamespace(name="adam", variables=[Variable("adam/kernel_momentum", (2,)), Variable("adam/rate")])

    assert ["slot/kernel_momentum", "rate"] == list(keras_3.optimizer_variables(optimizer))


def test_variables_may_be_a_method():
    optimizer = Optimizer("m")
    variables = optimizer.variables
    optimizer.variables = lambda: variables

    assert ["m"] == list(keras_2.optimizer_variables(optimizer))


@BOTH
def test_what_is_fed_is_what_was_given(dialect):
    x = {"ids": np.ones((2, 3)), "text": np.array(["a", "b"], dtype=object)}

    assert all(x[name] is each for name, each in dialect.fed(x).items())


def test_keras_3_is_fed_text_with_several_axes_as_tensors(monkeypatch):
    monkeypatch.setitem(sys.modules, "tensorflow", SimpleNamespace(convert_to_tensor=lambda x: ("tensor", x)))
    ids, words = np.ones((2, 3)), np.array([["a"], ["b"]], dtype=object)

    assert {"ids": ids, "text": ("tensor", words)} == keras_3.fed({"ids": ids, "text": words})
    assert words is keras_2.fed(words)


def layer(**attributes):
    return SimpleNamespace(name="first", **attributes)


def model(**attributes):
    return SimpleNamespace(optimizer=object(), **attributes)


class Dropout:
    name, rate = "dropout", 0.5


class RandomGenerator:
    def __init__(self, **attributes):
        vars(self).update(attributes)


def dropout(of, **attributes):
    """A layer that is Keras' own by its module."""
    kind = type("Dropout", (Dropout,), {"__module__": f"{of}.layers.regularization.dropout"})
    made = kind()
    vars(made).update(attributes)
    return made


POLICY = SimpleNamespace(name="float32", compute_dtype="float32")
LACKING = [
    # what is read, of what lacks it, what is said
    (
        keras_2.optimizer_variables,
        SimpleNamespace(),
        "the name of the optimizer cannot be read: neither name nor _name",
    ),
    (
        keras_2.optimizer_variables,
        SimpleNamespace(name="Adam"),
        "the variables of the optimizer cannot be read: no inner_optimizer",
    ),
    (
        keras_3.optimizer_variables,
        SimpleNamespace(name="adam"),
        "the variables of the optimizer cannot be read: no variables",
    ),
    (keras_2.compile_arguments, model(), "what compile() was given cannot be read: no _get_compile_args"),
    (
        keras_2.compile_arguments,
        model(_get_compile_args=lambda user_metrics: {}),
        "run_eagerly as compile() was given it cannot be read: no _run_eagerly",
    ),
    (
        keras_2.compile_arguments,
        model(_get_compile_args=lambda user_metrics: {}, _run_eagerly=False),
        "jit_compile as compile() was given it cannot be read: no _jit_compile",
    ),
    (
        keras_2.compile_arguments,
        model(_get_compile_args=lambda user_metrics: {}, _run_eagerly=False, _jit_compile=None),
        "steps_per_execution cannot be read: no _steps_per_execution",
    ),
    (keras_3.compile_arguments, model(), "what compile() was given cannot be read: no _compile_config"),
    (keras_2.step_eagerly, model(), "jit_compile as compile() was given it cannot be read: no _jit_compile"),
    (keras_3.step_eagerly, model(), "jit_compile as compile() was given it cannot be read: no _jit_compile"),
    (keras_2.weighted_metrics, model(), "the metrics that take sample weights cannot be read: no compiled_metrics"),
    (
        keras_2.weighted_metrics,
        model(compiled_metrics=SimpleNamespace()),
        "the metrics that take sample weights cannot be read: no _weighted_metrics",
    ),
    (keras_3.weighted_metrics, model(), "the metrics that take sample weights cannot be read: no _compile_metrics"),
    (
        keras_3.weighted_metrics,
        model(_compile_metrics=SimpleNamespace(built=True)),
        "the metrics that take sample weights cannot be read: no _flat_weighted_metrics",
    ),
    (
        keras_3.metrics,
        model(metrics=[type("CompileMetrics", (), {})()]),
        "the metrics of compile() cannot be read: no metrics",
    ),
    (keras_2.loss_scale, SimpleNamespace(inner_optimizer=1), "the loss scale cannot be read: no loss_scale"),
    (
        keras_2.loss_scale,
        SimpleNamespace(loss_scale=1.0, dynamic=True),
        "the steps since the loss scale was raised cannot be read: no _loss_scale",
    ),
    (
        keras_2.loss_scale,
        SimpleNamespace(loss_scale=1.0, dynamic=True, _loss_scale=1.0),
        "the steps since the loss scale was raised cannot be read: no counter",
    ),
    (
        keras_3.loss_scale,
        SimpleNamespace(inner_optimizer=1, built=True),
        "the loss scale cannot be read: no dynamic_scale",
    ),
    (
        keras_3.loss_scale,
        SimpleNamespace(inner_optimizer=1, built=False),
        "the loss scale cannot be read: no initial_scale",
    ),
    (
        keras_2.learning_rate_now,
        SimpleNamespace(learning_rate=0.1),
        "the learning rate cannot be read: neither _learning_rate nor _get_hyper",
    ),
    (
        keras_3.learning_rate_now,
        SimpleNamespace(learning_rate=0.1),
        "the learning rate cannot be read: no _learning_rate",
    ),
    (
        keras_2.precision_of,
        layer(),
        "the dtype policy of first cannot be read: neither dtype_policy nor _dtype_policy",
    ),
    (keras_2.precision_of, layer(dtype_policy=POLICY), "the dtype policy of first cannot be read: no variable_dtype"),
    (keras_3.precision_of, layer(), "the dtype policy of first cannot be read: no dtype_policy"),
    (keras_3.precision_of, layer(dtype_policy=POLICY), "the dtype policy of first cannot be read: no variable_dtype"),
    (
        keras_2.generator_state,
        dropout("tf_keras.src"),
        "the random generator of dropout cannot be read: no _random_generator",
    ),
    (
        keras_2.generator_state,
        layer(_random_generator=RandomGenerator()),
        "the random generator of first cannot be read: no _built",
    ),
    (
        keras_2.generator_state,
        layer(_random_generator=RandomGenerator(_built=True)),
        "the random generator of first cannot be read: no _generator",
    ),
    (
        keras_3.generator_state,
        dropout("keras.src"),
        "the random generator of dropout cannot be read: no seed_generator",
    ),
    (
        keras_3.generator_state,
        layer(seed_generator=object()),
        "the generator of first cannot be read: no state",
    ),
    (
        keras_2.restart_seeds,
        model(_flatten_layers=lambda **_: [layer(_random_generator=RandomGenerator(), _flatten_layers=lambda **_: [])]),
        "how first draws random numbers cannot be read: no _rng_type",
    ),
    (
        keras_2.input_specs,
        model(_flatten_layers=None),
        "what the model takes cannot be read: neither save_spec nor _get_save_spec",
    ),
    (keras_3.input_specs, model(_flatten_layers=None), "what the model takes cannot be read: no _build_shapes_dict"),
    (keras_3.made_of, layer(), "what a TFSMLayer was made of cannot be read: no _reloaded_obj"),
    (layers_within, model(), "what layers are inside the model cannot be read: no _flatten_layers"),
    (forget_graphs, model(), "the graph of predictions cannot be read: no predict_function"),
    (forget_graphs, model(predict_function=1), "the graph of evaluation cannot be read: no test_function"),
    (traced, model(predict_function=1), "the graph of evaluation cannot be read: no test_function"),
]


@pytest.mark.parametrize(
    ("look", "at", "said"),
    LACKING,
    ids=[
        f"{look.__module__.rpartition('.')[2]}-{look.__name__}-{said.rpartition(' ')[2]}" for look, _, said in LACKING
    ],
)
def test_what_is_not_there_under_any_name_that_is_known_is_said(look, at, said):
    with pytest.raises(Unreadable) as error:
        look(at)

    assert f"{said} is there (Keras 9.9.9)" == str(error.value)


def test_slots_that_cannot_be_made_are_said():
    with pytest.raises(Unreadable, match="neither build nor _create_all_weights is there"):
        keras_2.create_slots(SimpleNamespace(), [])
    with pytest.raises(Unreadable, match="no built is there"):
        keras_3.create_slots(SimpleNamespace(build=None), [])


@pytest.mark.parametrize(
    ("look", "at", "seen"),
    [
        (keras_2.generator_state, layer(), None),
        (keras_2.generator_state, layer(_random_generator=SimpleNamespace(state=1)), None),  # one of the layer's own
        (keras_2.generator_state, layer(_random_generator=RandomGenerator(_built=False)), None),
        (keras_2.generator_state, layer(_random_generator=RandomGenerator(_built=True, _generator=None)), None),
        (keras_3.generator_state, layer(), None),
        (keras_3.generator_state, dropout("keras.src", rate=0.0), None),
        (keras_2.loss_scale, None, (None, "none", None)),
        (keras_2.loss_scale, SimpleNamespace(), (None, "none", None)),
        (keras_2.loss_scale, SimpleNamespace(loss_scale=8, dynamic=False), (8.0, "fixed", None)),
        (keras_3.loss_scale, None, (None, "none", None)),
        (keras_3.loss_scale, SimpleNamespace(), (None, "none", None)),
        (keras_3.loss_scale, SimpleNamespace(inner_optimizer=1, built=False, initial_scale=8), (8.0, "dynamic", 0)),
        (keras_2.weighted_metrics, model(compiled_metrics=None), []),
        (keras_3.weighted_metrics, model(_compile_metrics=None), []),
        (keras_3.weighted_metrics, model(_compile_metrics=SimpleNamespace(built=False)), []),
        (keras_2.compile_arguments, SimpleNamespace(optimizer=None), {}),
        (keras_3.compile_arguments, SimpleNamespace(optimizer=None), {}),
        (keras_2.input_specs, SimpleNamespace(), None),
        (keras_3.input_specs, SimpleNamespace(), None),
        (keras_3.input_specs, SimpleNamespace(_flatten_layers=None, _build_shapes_dict=None), None),
        (keras_3.metrics, model(metrics=["mine"]), ["mine"]),
        (traced, model(predict_function=None, test_function=None), ()),
        (traced, model(predict_function=1, test_function=2), ("predictions", "evaluation")),
    ],
)
def test_what_legitimately_lacks_a_thing_is_silent(look, at, seen):
    assert seen == look(at)


def test_what_an_older_keras_has_not_yet_is_silent(version):
    older = model(_get_compile_args=lambda user_metrics: {}, _run_eagerly=False, _steps_per_execution=None)
    inside = {"_flatten_layers": lambda **_: []}
    old = RandomGenerator(_built=True, _generator=None)

    version("2.7.0")
    assert keras_2.compile_arguments(older)["jit_compile"] is None
    assert keras_2.generator_state(dropout("keras")) is None
    version("2.9.0")
    keras_2.restart_seeds(model(_flatten_layers=lambda **_: [layer(_random_generator=old, **inside)]))


def test_an_aspect_that_cannot_be_read_raised_and_is_not_merely_out_of_sight():
    with pytest.raises(Unreadable) as error:
        read(object(), "_one", "_other", what="this")

    why = "this cannot be read: neither _one nor _other is there (Keras 9.9.9)"
    assert Hidden(why, raised=True) == hidden(error.value)


def test_what_a_model_takes_hides_only_what_asks_for_it(monkeypatch):
    from harness.fresh import dialects

    monkeypatch.setattr(dialects, "of_this_process", lambda: keras_3)
    sight = Sight(model(_flatten_layers=None), Inputs((np.ones(1), np.ones(1)), {}))

    with pytest.raises(Unreadable, match="what the model takes cannot be read"):
        sight.takes  # noqa: B018


def test_training_op_by_op_leaves_a_model_as_it_was_even_if_it_raises():
    trained = SimpleNamespace(_run_eagerly=None, run_eagerly=None, train_function="traced")
    during = []

    def fit():
        with eagerly(trained):
            during.append(trained.run_eagerly)
            raise ValueError("in fit")

    with pytest.raises(ValueError, match="in fit"):
        fit()

    assert [True] == during
    assert (None, None) == (trained.run_eagerly, trained.train_function)
