"""A model whose first layers were adapted to its data: what they have learnt, no gradient has, and layers copy it."""

from __future__ import annotations

import numpy as np


def data():
    rng = np.random.default_rng(0)
    return rng.normal(1, 2, (8, 4)).astype("float32"), np.arange(8) % 2


def build():
    from tensorflow import keras

    layers, (x, _) = keras.layers, data()
    scaled, sorted_in = layers.Normalization(name="scaled"), layers.Discretization(num_bins=4, name="sorted_in")
    inputs = keras.Input((4,), name="features")
    # Legacy Keras names the variables of a layer that is adapted before it is called without the layer.
    both = [scaled(inputs), sorted_in(inputs)]
    for layer in (scaled, sorted_in):
        layer.adapt(x)
    both[1] = layers.Flatten(name="flat")(layers.Embedding(5, 2, name="embedded")(both[1]))
    hidden = layers.Dense(4, activation="tanh", name="hidden")(layers.Concatenate(name="both")(both))
    model = keras.Model(inputs, layers.Dense(2, activation="softmax", name="label")(hidden), name="toy")
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
