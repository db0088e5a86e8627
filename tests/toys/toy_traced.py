"""The small model whose ratio training changes, in a layer with a tf.function of its own."""

from __future__ import annotations

import tensorflow as tf
import toy_scheduled
from tensorflow import keras
from toy_scheduled import data, train

__all__ = ["Traced", "build", "data", "train"]


class Traced(toy_scheduled.Scaled):
    """Keeps what it has traced, whoever calls it."""

    @tf.function
    def call(self, inputs):
        return inputs * self.ratio


def build():
    inputs = keras.Input((4,), name="features")
    hidden = keras.layers.Dense(4, activation="tanh", name="first")(inputs)
    outputs = keras.layers.Dense(2, activation="softmax", name="label")(Traced(name="scaled")(hidden))
    model = keras.Model(inputs, outputs, name="traced")
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
