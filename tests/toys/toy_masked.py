"""A small model over padded rows of token ids, where a mask says what is padding."""

from __future__ import annotations

import numpy as np

TOKENS = 12


def build():
    from tensorflow import keras

    ids = keras.Input((None,), dtype="int32", name="ids")
    hidden = keras.layers.Embedding(TOKENS, 4, mask_zero=True, name="tokens")(ids)
    hidden = keras.layers.GlobalAveragePooling1D(name="mean")(hidden)
    outputs = keras.layers.Dense(2, activation="softmax", name="label")(hidden)
    model = keras.Model(ids, outputs, name="masked")
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def data():
    ids = np.random.default_rng(0).integers(1, TOKENS, (8, 5)).astype("int32")
    ids[::2, 3:] = 0
    return ids, np.arange(8) % 2
