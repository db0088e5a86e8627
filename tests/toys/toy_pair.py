"""A small model with two inputs and two outputs."""

from __future__ import annotations

import numpy as np
import toy


def build():
    from tensorflow import keras

    left, right = keras.Input((2,), name="left"), keras.Input((2,), name="right")
    hidden = keras.layers.Concatenate(name="both")([left, right])
    outputs = [keras.layers.Dense(2, activation="softmax", name=name)(hidden) for name in ("label", "topic")]
    model = keras.Model([left, right], outputs, name="pair")
    model.compile(
        keras.optimizers.Adam(0.01),
        {"label": "sparse_categorical_crossentropy", "topic": keras.losses.SparseCategoricalCrossentropy()},
        loss_weights={"label": 1.0, "topic": 0.5},
        metrics={"label": ["accuracy"], "topic": ["sparse_categorical_crossentropy"]},
    )
    return model


def data():
    x, y = toy.data()
    return [x[:, :2], x[:, 2:] + 1], [y, np.sort(y)]
