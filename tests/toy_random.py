"""A small model with a dropout that owns its random generator."""

from __future__ import annotations

from toy import data

__all__ = ["build", "data"]


def build():
    from tensorflow import keras

    inputs = keras.Input((4,), name="features")
    hidden = keras.layers.Dense(4, activation="tanh", name="first")(inputs)
    hidden = keras.layers.Dropout(0.5, seed=1, rng_type="stateful", name="dropout")(hidden)
    model = keras.Model(inputs, keras.layers.Dense(2, activation="softmax", name="label")(hidden), name="random")
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    return model
