"""A small model that takes a ragged and a sparse tensor."""

from __future__ import annotations

import numpy as np


def build():
    from tensorflow import keras

    words = keras.Input((None,), ragged=True, dtype="int32", name="words")
    marks = keras.Input((5,), sparse=True, name="marks")
    tokens = keras.layers.Embedding(9, 4, name="tokens")(words)
    mean = keras.layers.GlobalAveragePooling1D(name="mean")(tokens)
    hidden = keras.layers.Concatenate(name="both")([mean, keras.layers.Dense(3, name="marked")(marks)])
    outputs = keras.layers.Dense(1, name="score")(hidden)
    model = keras.Model({"words": words, "marks": marks}, outputs, name="ragged")
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return model


def data():
    import tensorflow as tf

    words = tf.ragged.constant([[1, 2], [3], [4, 5, 6], [8], [1], [2, 2], [3], [7, 1, 1, 1]], dtype="int32")
    marks = tf.sparse.from_dense(np.eye(8, 5, dtype="float32"))
    return {"words": words, "marks": marks}, np.linspace(-1, 1, 8, dtype="float32")[:, None]
