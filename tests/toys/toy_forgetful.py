"""A small model with a layer whose config lacks an argument."""

from __future__ import annotations

from tensorflow import keras
from toy import data

__all__ = ["Scaled", "build", "data"]


class Scaled(keras.layers.Layer):
    def __init__(self, ratio=1.0, **options):
        super().__init__(**options)
        self.ratio = ratio

    def call(self, inputs):
        return inputs * self.ratio

    def get_config(self):
        return {**super().get_config()}


def build():
    inputs = keras.Input((4,), name="features")
    hidden = keras.layers.Dense(4, activation="tanh", name="first")(inputs)
    outputs = keras.layers.Dense(2, activation="softmax", name="label")(Scaled(0.5, name="scaled")(hidden))
    model = keras.Model(inputs, outputs, name="forgetful")
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
