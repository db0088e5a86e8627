"""A small model with a layer whose state is no variable: it writes it itself where a format asks, as HDF5 does not."""

from __future__ import annotations

from tensorflow import keras
from toy import data

__all__ = ["Scaled", "build", "custom_objects", "data"]


class Scaled(keras.layers.Layer):
    """Multiplies by what somebody has set."""

    scale = 1.0

    def call(self, inputs):
        return inputs * self.scale

    def save_own_variables(self, store):
        store["scale"] = self.scale

    def load_own_variables(self, store):
        self.scale = float(store["scale"][()])


def custom_objects():
    return {"Scaled": Scaled}


def build():
    inputs = keras.Input((4,), name="features")
    scaled = Scaled(name="scaled")
    scaled.scale = 3.0
    hidden = keras.layers.Dense(4, activation="tanh", name="first")(scaled(inputs))
    model = keras.Model(inputs, keras.layers.Dense(2, activation="softmax", name="label")(hidden), name="beside")
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    return model
