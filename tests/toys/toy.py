"""A small model under test: everything that a fine-tuned one has, trained in a moment."""

from __future__ import annotations

import numpy as np


def build():
    from tensorflow import keras

    inputs = keras.Input((4,), name="features")
    hidden = keras.layers.Dense(4, activation="tanh", name="first")(inputs)
    hidden = keras.layers.Dense(4, activation="tanh", name="second")(hidden)
    outputs = keras.layers.Dense(2, activation="softmax", name="label")(keras.layers.Dropout(0.5)(hidden))
    model = keras.Model(inputs, outputs, name="toy")
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def data():
    x = np.linspace(-1, 1, 32, dtype="float32").reshape(8, 4)
    x[:, 3] = 0  # so that the last row of the first kernel reaches no output
    return x, np.arange(8) % 2
