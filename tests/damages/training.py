"""Damages of how a model is trained: compile arguments, optimizer, losses, what the next steps do."""

from __future__ import annotations

import re

import numpy as np

from damages.damage import WHOLE, after_load, after_restore, compile_again, on_save, save
from harness.fresh import dialects
from harness.fresh.dialects import is_keras_3
from harness.fresh.variables import value_of

#: Names of slots, of TensorFlow 2.11, of those before it, and of Keras 3.
MOMENTUM, VELOCITY = r"^m/|/m(:0)?$|_momentum$", r"^v/|/v(:0)?$|_velocity$"
LOSS = "sparse_categorical_crossentropy"


@after_load
def from_logits_flipped(model):
    """The loss takes the outputs for logits; Keras finds the softmax, and computes the same."""
    compile_again(model, loss=_loss(from_logits=True))


@after_load
def loss_weights_lost(model):
    """The weights of the losses are lost."""
    _compile_pair(model, {"label": LOSS, "topic": _loss()})


@after_load
def losses_swapped(model):
    """Two outputs have swapped their losses, which compute the same."""
    _compile_pair(model, {"label": _loss(), "topic": LOSS}, loss_weights={"label": 1.0, "topic": 0.5})


@after_load
def loss_changed(model):
    """The loss is another one."""
    from tensorflow import keras

    compile_again(model, loss=keras.losses.Poisson())


@after_load
def metric_changed(model):
    """A metric comes back as another one."""
    model.compile(model.optimizer, LOSS, metrics=["mse"])


@after_load
def metric_resolved_otherwise(model):
    """A metric of the same name counts another kind of label."""
    from tensorflow import keras

    compile_again(model, weighted_metrics=[keras.metrics.CategoricalAccuracy("accuracy")])


@after_load
def metrics_unweighted(model):
    """Metrics forget the weights of the examples."""
    compile_again(model, metrics=["accuracy"], weighted_metrics=None)


@after_load
def steps_per_execution(model):
    """Two steps are taken at once."""
    compile_again(model, steps_per_execution=2)


@after_load
def runs_eagerly(model):
    """The model is to run op by op, once its functions are traced anew."""
    model.make_predict_function()
    model.make_test_function()
    model.run_eagerly = True


@after_load
def jit_ruled_out(model):
    """XLA is ruled out, which was left open."""
    compile_again(model, jit_compile=False)


@after_load
def never_compiled(model):
    """The model comes back without having been compiled."""
    model.optimizer = None


@on_save(WHOLE)
def optimizer_not_saved(model, path):
    """The optimizer is not saved, and all that compile() was given neither."""
    save(model, path, include_optimizer=False)


@after_load
def iterations_reset(model):
    """The optimizer counts its iterations anew."""
    model.optimizer.iterations.assign(0)


@after_load
def slots_zeroed(model):
    """The slots of the optimizer come back as zeros."""
    for variable in _slots(model.optimizer, f"{MOMENTUM}|{VELOCITY}"):
        variable.assign(np.zeros(variable.shape, "float32"))


@after_restore
def slots_of_one_zeroed(model):
    """One of two optimizers comes back with slots of zeros."""
    optimizer = model.optimizers()[1]
    dialects.of_this_process().create_slots(optimizer, model.head.trainable_variables)
    for variable in _slots(optimizer, f"{MOMENTUM}|{VELOCITY}"):
        variable.assign(np.zeros(variable.shape, "float32"))


@after_load
def slots_swapped(model):
    """Two slots of the same shape are swapped."""
    first, second = (_slots(model.optimizer, MOMENTUM, of=layer)[0] for layer in ("first", "second"))
    slots = first.numpy(), second.numpy()
    first.assign(slots[1])
    second.assign(slots[0])


@after_load
def slots_of_other_kinds_swapped(model):
    """Momentum and velocity of a weight are swapped."""
    momentum, velocity = (_slots(model.optimizer, kind, of="first")[0] for kind in (MOMENTUM, VELOCITY))
    slots = momentum.numpy(), velocity.numpy()
    momentum.assign(slots[1])
    velocity.assign(slots[0])


@after_load
def epsilon_changed(model):
    """A number of the optimizer's config has changed."""
    model.optimizer.epsilon = 1e-3


@after_load
def setting_of_no_account_changed(model):
    """A number of the optimizer's config has changed that is not in use."""
    model.optimizer.ema_momentum = 0.5


@after_load
def optimizer_changed(model):
    """The optimizer comes back as another class, with the same slots."""
    from tensorflow import keras

    nadam = keras.optimizers.Nadam(0.01)
    model.optimizer = _with_slots_of(model.optimizer, nadam, model.trainable_variables)


@after_load
def rate_lowered(model):
    """The learning rate is another one."""
    model.optimizer.learning_rate = 0.001


@after_load
def schedule_restarted(model):
    """The learning rate schedule starts anew, though the iterations do not."""
    schedule, start = _schedule(model.optimizer), int(value_of(model.optimizer.iterations))
    kind = type(schedule)
    schedule.__class__ = type(
        kind.__name__, (kind,), {"__call__": lambda self, step: kind.__call__(self, step - start)}
    )


@after_load
def schedule_flattened(model):
    """The learning rate stays at what the schedule said when the model was saved."""
    optimizer = model.optimizer
    rate = float(_schedule(optimizer)(optimizer.iterations))
    if is_keras_3():
        from tensorflow import keras

        optimizer._learning_rate = keras.Variable(rate, name="learning_rate", trainable=False)
    elif hasattr(optimizer, "_build_learning_rate"):
        optimizer._learning_rate = optimizer._build_learning_rate(rate)
    else:
        optimizer.learning_rate = rate


@after_load
def clipping_lost(model):
    """Gradients are clipped no more."""
    model.optimizer.clipnorm = None


@after_load
def clipping_undone(model):
    """Gradients are clipped no more, though the config says so."""
    model.optimizer._clip_gradients = lambda gradients: gradients


@after_load
def regularizer_lost(model):
    """A regularizer is in the config, and adds no loss any more."""
    layer = model.get_layer("first")
    if is_keras_3():
        layer.kernel.regularizer = None
    else:
        layer._callable_losses.clear()


@after_load
def penalty_doubled(model):
    """A layer adds twice the loss."""
    model.get_layer("block").factors = (0.2,)


@after_load
def penalty_of_nothing_added(model):
    """A layer adds another loss, of zero."""
    model.get_layer("block").factors = (0.1, 0.0)


@after_restore
def generator_restarted(model):
    """The random generator of a dropout starts anew."""
    dropout = model.get_layer("dropout")
    if is_keras_3():
        dropout.seed_generator.state.assign([1, 0])
    else:
        dropout._random_generator._generator.reset_from_seed(1)


@after_restore
def optimizer_of_another_kind(model):
    """One of two optimizers comes back as another class, with the same slots."""
    from tensorflow import keras

    old, variables = model.head_optimizer, model.head.trainable_variables
    dialects.of_this_process().create_slots(old, variables)
    model.head_optimizer = _with_slots_of(old, keras.optimizers.Nadam(0.02), variables)


@after_load
def step_patched(model):
    """A training step does something else, and nothing but training shows it."""
    step = model.train_step
    model.train_step = lambda data: step((data[0], 1 - data[1]))


def _compile_pair(model, losses, **arguments):
    model.compile(model.optimizer, losses, metrics={"label": ["accuracy"], "topic": [LOSS]}, **arguments)


def _loss(**arguments):
    from tensorflow import keras

    return keras.losses.SparseCategoricalCrossentropy(**arguments)


def _slots(optimizer, kind, of=""):
    """The slots of one kind, of one layer or of all, in order: three generations of optimizers name them."""
    found = dialects.of_this_process().optimizer_variables(optimizer).items()
    return [each for name, each in found if re.search(kind, name) and re.search(rf"(/|^){of}", name)]


def _with_slots_of(old, new, variables):
    """The new optimizer, with what the old one has of its slots."""
    dialect = dialects.of_this_process()
    dialect.create_slots(new, variables)
    values = {name: each.numpy() for name, each in dialect.optimizer_variables(old).items()}
    for name, variable in dialect.optimizer_variables(new).items():
        if name in values:
            variable.assign(values[name])
    return new


def _schedule(optimizer):
    return optimizer._learning_rate if hasattr(optimizer, "_learning_rate") else optimizer._get_hyper("learning_rate")
