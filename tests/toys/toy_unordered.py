"""A small model whose build() walks a set of strings: each interpreter puts the branches in an order of its own."""

from __future__ import annotations

from tensorflow import keras
from toy import data

__all__ = ["build", "data"]

#: So many that two interpreters will not walk them alike.
NAMES = frozenset(["ant", "bee", "cat", "dog", "elk", "fox", "gnu", "hen", "ibis", "jay"])


def build():
    inputs = keras.Input((4,), name="features")
    hidden = keras.layers.Dense(3, activation="tanh", name="first")(inputs)
    branches = [keras.layers.Rescaling(float(ord(name[0]) - ord("a")))(hidden) for name in NAMES]
    joined = keras.layers.Concatenate()(branches)
    outputs = keras.layers.Dense(2, activation="softmax", name="label")(joined)
    model = keras.Model(inputs, outputs, name="unordered")
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
