"""A small recurrent model, whose cell owns, with Keras 3, a random generator that nothing draws from."""

from __future__ import annotations

import numpy as np

__all__ = ["build", "data"]


def build():
    from tensorflow import keras

    inputs = keras.Input((3, 2), name="series")
    outputs = keras.layers.Dense(1, name="next")(keras.layers.GRU(2, name="recurrent")(inputs))
    model = keras.Model(inputs, outputs, name="recurrent")
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return model


def data():
    x = np.linspace(-1, 1, 48, dtype="float32").reshape(8, 3, 2)
    return x, np.linspace(0, 1, 8, dtype="float32").reshape(8, 1)
