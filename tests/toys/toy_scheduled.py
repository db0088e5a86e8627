"""A small model with a layer whose ratio training changes, after predict() and evaluate() were traced."""

from __future__ import annotations

from tensorflow import keras
from toy import data

__all__ = ["Scaled", "build", "data", "train"]


class Scaled(keras.layers.Layer):
    """Multiplies by a ratio, a Python attribute, which a graph takes as it is when it is traced."""

    def __init__(self, ratio=1.0, **kwargs):
        super().__init__(**kwargs)
        self.ratio = ratio

    def call(self, inputs):
        return inputs * self.ratio

    def get_config(self):
        return {**super().get_config(), "ratio": self.ratio}


def build():
    inputs = keras.Input((4,), name="features")
    hidden = keras.layers.Dense(4, activation="tanh", name="first")(inputs)
    outputs = keras.layers.Dense(2, activation="softmax", name="label")(Scaled(name="scaled")(hidden))
    model = keras.Model(inputs, outputs, name="scheduled")
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def train(model, x, y):
    step(model, x, y, validation_data=(x, y), validation_batch_size=8)
    model.predict(x, verbose=0)
    model.get_layer("scaled").ratio = 0.5
    step(model, x, y)


def step(model, x, y, **how):
    model.fit(x, y, epochs=1, batch_size=4, shuffle=False, verbose=0, **how)
