"""Damages of weights, and of what reads them."""

from __future__ import annotations

import numpy as np

from damages.damage import after_load, on_restore
from harness.formats import WEIGHTS_H5
from harness.fresh.dialects import is_keras_3


@after_load
def weight_one_ulp_off(model):
    """A weight that no output depends on is off by one ULP."""
    _set(model.get_layer("first").kernel, lambda value: np.nextafter(value, np.float32(np.inf)), (3, 0))


@after_load
def zero_negative(model):
    """A weight that is 0.0 comes back as -0.0."""
    _set(model.get_layer("second").kernel, np.negative, (0, 0))


@after_load
def nan_planted(model):
    """A bias comes back with NaN in it."""
    _set(model.get_layer("label").bias, lambda value: np.float32(np.nan), 0)


@after_load
def bias_dropped(model):
    """A bias comes back as zeros."""
    _set(model.get_layer("second").bias, np.zeros_like)


@after_load
def kernels_swapped(model):
    """Two kernels of the same shape are swapped."""
    first, second = model.get_layer("first").kernel, model.get_layer("second").kernel
    kernels = first.numpy(), second.numpy()
    first.assign(kernels[1])
    second.assign(kernels[0])


@after_load
def kernel_transposed(model):
    """A square kernel comes back transposed."""
    _set(model.get_layer("second").kernel, np.transpose)


@after_load
def classes_permuted(model):
    """The output layer comes back with its classes in another order."""
    label = model.get_layer("label")
    _set(label.kernel, lambda value: value[:, ::-1])
    _set(label.bias, lambda value: value[::-1])


@after_load
def weights_rounded(model):
    """All weights have been through half precision."""
    for weight in model.weights:
        _set(weight, lambda value: value.astype("float16").astype("float32"))


@after_load
def head_fresh(model):
    """The output layer starts anew."""
    from tensorflow import keras

    fresh = keras.models.clone_model(model)
    model.get_layer("label").set_weights(fresh.get_layer("label").get_weights())


@after_load
def model_fresh(model):
    """The whole model starts anew, weights and optimizer."""
    from tensorflow import keras

    fresh = keras.models.clone_model(model)
    fresh.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return fresh


@after_load
def adapted_state_forgotten(model):
    """What a layer was adapted to comes back as if nobody had."""
    layer = model.get_layer("scaled")
    layer.adapt_mean.assign(np.zeros(layer.adapt_mean.shape))
    layer.finalize_state()


@on_restore(WEIGHTS_H5)
def never_restores(model, path):
    """The weights are never read, and nobody says so."""


@after_load
def statistics_reset(model):
    """A normalization forgets the variance that it has seen."""
    _set(model.get_layer("normed").moving_variance, np.ones_like)


@after_load
def weight_widened(model):
    """A weight comes back in float64, and is cast whenever it is used."""
    import tensorflow as tf

    layer = model.get_layer("block").inner
    wide = tf.Variable(layer.kernel.numpy().astype("float64"), name=layer.kernel.name.partition(":")[0])
    if is_keras_3():
        layer.kernel._value = wide
    else:
        layer._trainable_weights[:] = [wide, layer.bias]
    layer.call = lambda inputs, **how: inputs @ tf.cast(wide, "float32") + layer.bias


@after_load
def weight_renamed(model):
    """A weight comes back under another name."""
    kernel = model.get_layer("first").kernel
    kernel._handle_name = "first/matrix:0"
    kernel._path = "first/matrix"  # Keras 3


@after_load
def weights_reordered(model):
    """The weights of a layer come back in another order."""
    layer = model.get_layer("first")
    (layer._trainable_variables if is_keras_3() else layer._trainable_weights).reverse()


def _set(variable, change, place=...):
    value = variable.numpy()
    value[place] = change(value[place])
    variable.assign(value)
