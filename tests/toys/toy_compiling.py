"""A small model of Keras 3 whose class has a compile() of its own, as those of libraries have."""

from __future__ import annotations

import numpy as np
from tensorflow import keras


@keras.utils.register_keras_serializable("toys")
class Compiling(keras.Sequential):
    def compile(self, optimizer="adam", loss="mean_squared_error", **how):
        super().compile(optimizer, loss, **how)


def build():
    model = Compiling([keras.Input((3,)), keras.layers.Dense(1, name="head")])
    model.compile()
    return model


def data():
    rng = np.random.default_rng(0)
    return rng.normal(size=(8, 3)).astype("float32"), rng.normal(size=(8, 1)).astype("float32")
