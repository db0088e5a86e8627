"""A small model with a dropout that owns its random generator."""

from __future__ import annotations

from toy import data

from harness.fresh.dialects import is_keras_3

__all__ = ["build", "data"]


def build():
    from tensorflow import keras

    inputs = keras.Input((4,), name="features")
    hidden = keras.layers.Dense(4, activation="tanh", name="first")(inputs)
    stateful = {} if is_keras_3() else {"rng_type": "stateful"}  # all of Keras 3 are
    hidden = keras.layers.Dropout(0.5, seed=1, name="dropout", **stateful)(hidden)
    model = keras.Model(inputs, keras.layers.Dense(2, activation="softmax", name="label")(hidden), name="random")
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    return model
