"""Damages of what a model is: config, class, names, precision, what is trainable."""

from __future__ import annotations

from damages.damage import after_load, after_restore, compile_again, rename
from harness.fresh.dialects import is_keras_3


@after_load
def setting_changed(model):
    """A number of the config has changed that matters no more: the seed of an initializer."""
    initializer = model.get_layer("first").kernel_initializer
    initializer.seed = initializer._init_seed = 7


@after_load
def dropout_lost(model):
    """The rate of a dropout is lost."""
    next(each for each in model.layers if hasattr(each, "rate")).rate = 0.0


@after_load
def activation_changed(model):
    """A layer comes back with another activation."""
    from tensorflow import keras

    model.get_layer("second").activation = keras.activations.relu


@after_load
def mask_forgotten(model):
    """An embedding forgets that zeros are padding."""
    model.get_layer("tokens").mask_zero = False


@after_load
def mask_ignored(model):
    """A layer ignores the mask that it is given, whatever its config says."""
    layer = model.get_layer("mean")
    call = layer.call
    layer.call = lambda inputs, mask=None: call(inputs)


@after_load
def class_changed(model):
    """A model comes back as another class, which does the same."""
    model.__class__ = type("Relative", (type(model),), {})


@after_load
def step_lost(model):
    """The class comes back without its own training step."""
    from tensorflow import keras

    model.__class__ = type(type(model).__name__, (type(keras.Model(model.inputs, model.outputs)),), {})


@after_load
def output_renamed(model):
    """An output comes back under another name."""
    model.output_names = ["renamed"]


@after_load
def input_renamed(model):
    """An input comes back under another name."""
    model.input_names = ["renamed"]


@after_load
def layer_renamed(model):
    """A layer comes back under another name, its weights under the old one."""
    rename(model.get_layer("both"), "renamed")


@after_load
def layer_named_by_its_class(model):
    """A layer that somebody has named comes back under the name that Keras would have made."""
    rename(model.get_layer("both"), "concatenate")


@after_load
def outputs_in_a_dict(model):
    """Outputs that were a list come back as a dict."""
    call = model.call
    model.call = lambda *args, **kwargs: dict(zip(model.output_names, call(*args, **kwargs)))


@after_load
def outputs_swapped(model):
    """predict() gives each of two outputs in the place of the other."""
    step = model.predict_step
    model.predict_step = lambda data: list(step(data))[::-1]


@after_load
def outputs_swapped_in_a_dict(model):
    """predict() gives a list of outputs as a dict, under each other's names."""
    step = model.predict_step
    model.predict_step = lambda data: dict(zip(model.output_names[::-1], step(data)))


@after_restore
def precision_lost(model):
    """A layer comes back in full precision."""
    _set_precision(model.get_layer("first"))


@after_restore
def precision_of_no_account(model):
    """A layer that computes nothing comes back in full precision."""
    _set_precision(model.get_layer("through"))


@after_restore
def loss_scale_reset(model):
    """The loss scale starts anew."""
    optimizer = model.optimizer
    scale = optimizer.dynamic_scale if is_keras_3() else optimizer._loss_scale._current_loss_scale
    scale.assign(optimizer.initial_scale)


@after_restore
def loss_scaling_lost(model):
    """The loss is scaled no more."""
    model.compile(model.optimizer.inner_optimizer, "sparse_categorical_crossentropy")


@after_load
def layer_frozen(model):
    """A layer comes back frozen."""
    model.get_layer("first").trainable = False


@after_load
def layer_unfrozen(model):
    """A layer that was frozen comes back trainable, though no config tells."""
    model.get_layer("block").inner.trainable = True


@after_load
def layer_unfrozen_and_compiled(model):
    """A layer that was frozen comes back trainable, and the optimizer has no slots for it."""
    layer_unfrozen.vice(model)
    compile_again(model)


@after_load
def flag_of_no_account(model):
    """A layer without weights comes back frozen."""
    model.get_layer("block").bend.trainable = False


@after_load
def frozen_moves(model):
    """A layer says that it is frozen, and a training step moves it."""
    inner = model.get_layer("block").inner
    step = model.train_step

    def train_step(data):
        inner.bias.assign_add([0.1] * 4)
        return step(data)

    model.train_step = train_step


def _set_precision(layer, policy="float32"):
    if is_keras_3():
        layer.dtype_policy = policy
    else:
        layer._set_dtype_policy(policy)
