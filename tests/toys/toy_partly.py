"""A small model with a layer of two layers, of which the first is frozen: its variables come last for that."""

from __future__ import annotations

from tensorflow import keras
from toy import data
from toy_nested import Block

__all__ = ["Partly", "build", "custom_objects", "data"]


class Partly(Block):
    """A block with one more layer inside, which is trained."""

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.outer = keras.layers.Dense(4, name="outer")

    def build(self, shape):
        super().build(shape)
        self.outer.build(shape)

    def call(self, inputs):
        return self.outer(super().call(inputs))


def custom_objects():
    return {"Partly": Partly}


def build():
    inputs = keras.Input((4,), name="features")
    hidden = Partly(name="block")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(2, activation="softmax", name="label")(hidden), name="partly")
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    return model
