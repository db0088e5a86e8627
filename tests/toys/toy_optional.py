"""A small model with an input that may be None, and is."""

from __future__ import annotations

import toy
from tensorflow import keras


class Shifted(keras.layers.Layer):
    """Adds what is given, if anything is."""

    def call(self, x, by=None):
        return x if by is None else x + by

    def compute_output_shape(self, x_shape, by_shape=None):
        return x_shape


def build():
    x, by = keras.Input((4,), name="x"), keras.Input((4,), name="by", optional=True)
    outputs = keras.layers.Dense(1, name="score")(Shifted(name="shifted")(x, by))
    model = keras.Model({"x": x, "by": by}, outputs, name="optional")
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return model


def data():
    x, y = toy.data()
    return {"x": x, "by": None}, y.astype("float32")[:, None]
