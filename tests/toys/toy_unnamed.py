"""A small model that leaves all names to Keras."""

from __future__ import annotations

from toy import data

__all__ = ["build", "data"]


def build():
    from tensorflow import keras

    inputs = keras.Input((4,))
    hidden = keras.layers.Dense(4, activation="tanh")(keras.layers.Dense(4, activation="tanh")(inputs))
    model = keras.Model(inputs, keras.layers.Dense(2, activation="softmax")(hidden))
    metrics = [keras.metrics.SparseCategoricalCrossentropy()]
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=metrics)
    return model
