"""Damages of what a model is: config, class, names, precision, what is trainable."""

from __future__ import annotations

from damage import after_load, after_restore, compile_again, rename

from harness.fresh.dialects import is_keras_3


def setting_changed(model):
    """A number of the config has changed that matters no more: the seed of an initializer."""
    initializer = model.get_layer("first").kernel_initializer
    initializer.seed = initializer._init_seed = 7


def dropout_lost(model):
    """The rate of a dropout is lost."""
    next(each for each in model.layers if hasattr(each, "rate")).rate = 0.0


def activation_changed(model):
    """A layer comes back with another activation."""
    from tensorflow import keras

    model.get_layer("second").activation = keras.activations.relu


def mask_forgotten(model):
    """An embedding forgets that zeros are padding."""
    model.get_layer("tokens").mask_zero = False


def mask_ignored(model):
    """A layer ignores the mask that it is given, whatever its config says."""
    layer = model.get_layer("mean")
    call = layer.call
    layer.call = lambda inputs, mask=None: call(inputs)


def class_changed(model):
    """A model comes back as another class, which does the same."""
    model.__class__ = type("Relative", (type(model),), {})


def step_lost(model):
    """The class comes back without its own training step."""
    from tensorflow import keras

    model.__class__ = type(type(model).__name__, (type(keras.Model(model.inputs, model.outputs)),), {})


def output_renamed(model):
    """An output comes back under another name."""
    model.output_names = ["renamed"]


def input_renamed(model):
    """An input comes back under another name."""
    model.input_names = ["renamed"]


def layer_renamed(model):
    """A layer comes back under another name, its weights under the old one."""
    rename(model.get_layer("both"), "renamed")


def outputs_in_a_dict(model):
    """Outputs that were a list come back as a dict."""
    call = model.call
    model.call = lambda *args, **kwargs: dict(zip(model.output_names, call(*args, **kwargs)))


def precision_lost(model):
    """A layer comes back in full precision."""
    _set_precision(model.get_layer("first"))


def precision_of_no_account(model):
    """A layer that computes nothing comes back in full precision."""
    _set_precision(model.get_layer("through"))


def loss_scale_reset(model):
    """The loss scale starts anew."""
    optimizer = model.optimizer
    scale = optimizer.dynamic_scale if is_keras_3() else optimizer._loss_scale._current_loss_scale
    scale.assign(optimizer.initial_scale)


def loss_scaling_lost(model):
    """The loss is scaled no more."""
    model.compile(model.optimizer.inner_optimizer, "sparse_categorical_crossentropy")


def layer_frozen(model):
    """A layer comes back frozen."""
    model.get_layer("first").trainable = False


def layer_unfrozen(model):
    """A layer that was frozen comes back trainable, though no config tells."""
    model.get_layer("block").inner.trainable = True


def layer_unfrozen_and_compiled(model):
    """A layer that was frozen comes back trainable, and the optimizer has no slots for it."""
    layer_unfrozen(model)
    compile_again(model)


def flag_of_no_account(model):
    """A layer without weights comes back frozen."""
    model.get_layer("block").bend.trainable = False


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


SETTING_CHANGED = after_load(setting_changed)
DROPOUT_LOST = after_load(dropout_lost)
ACTIVATION_CHANGED = after_load(activation_changed)
MASK_FORGOTTEN = after_load(mask_forgotten)
MASK_IGNORED = after_load(mask_ignored)
CLASS_CHANGED = after_load(class_changed)
STEP_LOST = after_load(step_lost)
OUTPUT_RENAMED = after_load(output_renamed)
INPUT_RENAMED = after_load(input_renamed)
LAYER_RENAMED = after_load(layer_renamed)
OUTPUTS_IN_A_DICT = after_load(outputs_in_a_dict)
PRECISION_LOST = after_restore(precision_lost)
PRECISION_OF_NO_ACCOUNT = after_restore(precision_of_no_account)
LOSS_SCALE_RESET = after_restore(loss_scale_reset)
LOSS_SCALING_LOST = after_restore(loss_scaling_lost)
LAYER_FROZEN = after_load(layer_frozen)
LAYER_UNFROZEN = after_load(layer_unfrozen)
LAYER_UNFROZEN_AND_COMPILED = after_load(layer_unfrozen_and_compiled)
FLAG_OF_NO_ACCOUNT = after_load(flag_of_no_account)
FROZEN_MOVES = after_load(frozen_moves)
