"""A small recurrent model that drops of its states: with Keras 3, what it exports has the state of a generator."""

from __future__ import annotations

from toy_recurrent import data

__all__ = ["build", "data"]


def build():
    from tensorflow import keras

    inputs = keras.Input((3, 2), name="series")
    states = keras.layers.LSTM(2, recurrent_dropout=0.2, name="recurrent")(inputs)
    model = keras.Model(inputs, keras.layers.Dense(1, name="next")(states), name="dropping")
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return model
