"""Damages of how a model is trained: compile arguments, optimizer, losses, what the next steps do."""

from __future__ import annotations

import numpy as np
from damage import after_load, after_restore, on_save

from harness.dialect import optimizer_variables

LOSS = "sparse_categorical_crossentropy"


def from_logits_flipped(model):
    """The loss takes the outputs for logits; Keras finds the softmax, and computes the same."""
    _recompile(model, loss=_loss(from_logits=True))


def loss_weights_lost(model):
    """The weights of the losses are lost."""
    _compile_pair(model, {"label": LOSS, "topic": _loss()})


def losses_swapped(model):
    """Two outputs have swapped their losses, which compute the same."""
    _compile_pair(model, {"label": _loss(), "topic": LOSS}, loss_weights={"label": 1.0, "topic": 0.5})


def loss_changed(model):
    """The loss is another one."""
    from tensorflow import keras

    _recompile(model, loss=keras.losses.Poisson())


def metric_changed(model):
    """A metric comes back as another one."""
    model.compile(model.optimizer, LOSS, metrics=["mse"])


def metric_resolved_otherwise(model):
    """A metric of the same name counts another kind of label."""
    from tensorflow import keras

    _recompile(model, weighted_metrics=[keras.metrics.CategoricalAccuracy("accuracy")])


def metrics_unweighted(model):
    """Metrics forget the weights of the examples."""
    _recompile(model, metrics=["accuracy"], weighted_metrics=None)


def steps_per_execution(model):
    """Two steps are taken at once."""
    _recompile(model, steps_per_execution=2)


def runs_eagerly(model):
    """The model is to run op by op, once its functions are traced anew."""
    model.make_predict_function()
    model.make_test_function()
    model.run_eagerly = True


def jit_ruled_out(model):
    """XLA is ruled out, which was left open."""
    model._jit_compile = False


def never_compiled(model):
    """The model comes back without having been compiled."""
    model.optimizer = None


def optimizer_not_saved(model, path):
    """The optimizer is not saved, and all that compile() was given neither."""
    model.save(str(path), include_optimizer=False)


def iterations_reset(model):
    """The optimizer counts its iterations anew."""
    model.optimizer.iterations.assign(0)


def slots_zeroed(model):
    """The slots of the optimizer come back as zeros."""
    for name, variable in optimizer_variables(model.optimizer).items():
        if name.startswith(("m/", "v/")):
            variable.assign(np.zeros(variable.shape, "float32"))


def slots_swapped(model):
    """Two slots of the same shape are swapped."""
    first, second = (_slot(model, f"m/{layer}/kernel") for layer in ("first", "second"))
    slots = first.numpy(), second.numpy()
    first.assign(slots[1])
    second.assign(slots[0])


def slots_of_other_kinds_swapped(model):
    """Momentum and velocity of a weight are swapped."""
    momentum, velocity = (_slot(model, f"{kind}/first/kernel") for kind in "mv")
    slots = momentum.numpy(), velocity.numpy()
    momentum.assign(slots[1])
    velocity.assign(slots[0])


def epsilon_changed(model):
    """A number of the optimizer's config has changed."""
    model.optimizer.epsilon = 1e-3


def setting_of_no_account_changed(model):
    """A number of the optimizer's config has changed that is not in use."""
    model.optimizer.ema_momentum = 0.5


def optimizer_changed(model):
    """The optimizer comes back as another class, with the same slots."""
    from tensorflow import keras

    old = model.optimizer
    new = keras.optimizers.Nadam(0.01)
    new.build(model.trainable_variables)
    values = {name: each.numpy() for name, each in optimizer_variables(old).items()}
    for name, variable in optimizer_variables(new).items():
        if name in values:
            variable.assign(values[name])
    model.optimizer = new


def rate_lowered(model):
    """The learning rate is another one."""
    model.optimizer.learning_rate = 0.001


def schedule_restarted(model):
    """The learning rate schedule starts anew, though the iterations do not."""
    schedule, start = model.optimizer._learning_rate, int(model.optimizer.iterations)
    kind = type(schedule)
    schedule.__class__ = type(
        kind.__name__, (kind,), {"__call__": lambda self, step: kind.__call__(self, step - start)}
    )


def schedule_flattened(model):
    """The learning rate stays at what the schedule said when the model was saved."""
    model.optimizer._learning_rate = model.optimizer._build_learning_rate(
        float(model.optimizer._learning_rate(model.optimizer.iterations))
    )


def clipping_lost(model):
    """Gradients are clipped no more."""
    model.optimizer.clipnorm = None


def clipping_undone(model):
    """Gradients are clipped no more, though the config says so."""
    model.optimizer._clip_gradients = lambda gradients: gradients


def regularizer_lost(model):
    """A regularizer is in the config, and adds no loss any more."""
    model.get_layer("first")._callable_losses.clear()


def penalty_doubled(model):
    """A layer adds twice the loss."""
    model.get_layer("block").factors = (0.2,)


def penalty_of_nothing_added(model):
    """A layer adds another loss, of zero."""
    model.get_layer("block").factors = (0.1, 0.0)


def generator_restarted(model):
    """The random generator of a dropout starts anew."""
    model.get_layer("dropout")._random_generator._generator.reset_from_seed(1)


def step_patched(model):
    """A training step does something else, and nothing but training shows it."""
    step = model.train_step
    model.train_step = lambda data: step((data[0], 1 - data[1]))


def _recompile(model, **changes):
    """Compile again with what was given before, but for some."""
    arguments = model._get_compile_args()
    model.compile(**{**arguments, **changes})


def _compile_pair(model, losses, **arguments):
    model.compile(model.optimizer, losses, metrics={"label": ["accuracy"], "topic": ["mae"]}, **arguments)


def _loss(**arguments):
    from tensorflow import keras

    return keras.losses.SparseCategoricalCrossentropy(**arguments)


def _slot(model, start):
    return next(each for name, each in optimizer_variables(model.optimizer).items() if name.startswith(start))


FROM_LOGITS_FLIPPED = after_load(from_logits_flipped)
LOSS_WEIGHTS_LOST = after_load(loss_weights_lost)
LOSSES_SWAPPED = after_load(losses_swapped)
LOSS_CHANGED = after_load(loss_changed)
METRIC_CHANGED = after_load(metric_changed)
METRIC_RESOLVED_OTHERWISE = after_load(metric_resolved_otherwise)
METRICS_UNWEIGHTED = after_load(metrics_unweighted)
STEPS_PER_EXECUTION = after_load(steps_per_execution)
RUNS_EAGERLY = after_load(runs_eagerly)
JIT_RULED_OUT = after_load(jit_ruled_out)
NEVER_COMPILED = after_load(never_compiled)
OPTIMIZER_NOT_SAVED = on_save(optimizer_not_saved)
ITERATIONS_RESET = after_load(iterations_reset)
SLOTS_ZEROED = after_load(slots_zeroed)
SLOTS_SWAPPED = after_load(slots_swapped)
SLOTS_OF_OTHER_KINDS_SWAPPED = after_load(slots_of_other_kinds_swapped)
EPSILON_CHANGED = after_load(epsilon_changed)
SETTING_OF_NO_ACCOUNT_CHANGED = after_load(setting_of_no_account_changed)
OPTIMIZER_CHANGED = after_load(optimizer_changed)
RATE_LOWERED = after_load(rate_lowered)
SCHEDULE_RESTARTED = after_load(schedule_restarted)
SCHEDULE_FLATTENED = after_load(schedule_flattened)
CLIPPING_LOST = after_load(clipping_lost)
CLIPPING_UNDONE = after_load(clipping_undone)
REGULARIZER_LOST = after_load(regularizer_lost)
PENALTY_DOUBLED = after_load(penalty_doubled)
PENALTY_OF_NOTHING_ADDED = after_load(penalty_of_nothing_added)
GENERATOR_RESTARTED = after_restore(generator_restarted)
STEP_PATCHED = after_load(step_patched)
