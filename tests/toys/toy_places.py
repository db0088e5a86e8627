"""A small model of nested inputs, whose names come in another order than their places."""

from __future__ import annotations

import numpy as np


def build():
    from tensorflow import keras

    user = {"age": keras.Input((1,), name="years"), "tastes": keras.Input((4,), name="likes")}
    shop = [keras.Input((2,), name="where"), keras.Input((2,), name="sells")]
    hidden = keras.layers.Concatenate(name="all")([*shop, *user.values()])
    hidden = keras.layers.Dense(4, activation="tanh", name="first")(hidden)
    outputs = keras.layers.Dense(1, name="price")(hidden)
    model = keras.Model({"user": user, "shop": shop}, outputs, name="places")
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return model


def data():
    noise = np.random.default_rng(17)
    one, two, four = (noise.normal(size=(8, width)).astype("float32") for width in (1, 2, 4))
    return {"user": {"age": one, "tastes": four}, "shop": [two, -two]}, one * 2
