"""A small model in mixed precision, with a layer whose config does not tell its own."""

from __future__ import annotations

from tensorflow import keras
from toy import data

from harness.fresh.dialects import is_keras_3

__all__ = ["Through", "build", "data"]

POLICY = "mixed_bfloat16"


class Through(keras.layers.Layer):
    """Hands on what it gets, in half precision."""

    def __init__(self, name=None):
        super().__init__(name=name, dtype=POLICY)

    def call(self, inputs):
        return inputs

    def get_config(self):
        return {"name": self.name}


def build():
    inputs = keras.Input((4,), name="features")
    hidden = keras.layers.Dense(4, activation="tanh", dtype=POLICY, name="first")(inputs)
    outputs = keras.layers.Dense(2, activation="softmax", name="label")(Through(name="through")(hidden))
    model = keras.Model(inputs, outputs, name="mixed")
    home = keras.optimizers if is_keras_3() else keras.mixed_precision
    optimizer = home.LossScaleOptimizer(keras.optimizers.Adam(0.01), dynamic_growth_steps=2)
    model.compile(optimizer, "sparse_categorical_crossentropy")
    return model
