"""A bidirectional GRU with dropout under Keras 3, of which recurrent layers own a generator, drawn from or not."""

import keras
import numpy as np


def build():
    x = keras.Input((7, 3), name="x")
    states = keras.layers.Bidirectional(keras.layers.GRU(5, return_sequences=True), name="both")(x)
    last = keras.layers.LSTM(4, recurrent_dropout=0.2, name="last")(states)
    model = keras.Model(x, keras.layers.Dense(1, name="head")(last))
    model.compile(keras.optimizers.Adam(1e-2), "mse", metrics=["mae"])
    return model


def data():
    rng = np.random.default_rng(0)
    return rng.normal(size=(12, 7, 3)).astype("float32"), rng.normal(size=(12, 1)).astype("float32")
