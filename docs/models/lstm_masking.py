"""An LSTM over padded sequences, with a mask."""

import numpy as np
import tensorflow as tf


def build():
    ids = tf.keras.Input((None,), dtype="int32", name="ids")
    hidden = tf.keras.layers.Embedding(30, 6, mask_zero=True)(ids)
    hidden = tf.keras.layers.LSTM(5, dropout=0.2)(hidden)
    model = tf.keras.Model(ids, tf.keras.layers.Dense(1, activation="sigmoid")(hidden))
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    return model


def data():
    rng = np.random.default_rng(0)
    x = rng.integers(1, 30, (12, 7)).astype("int32")
    x[::2, 4:] = 0
    return x, rng.integers(0, 2, (12, 1)).astype("float32")


def probes():
    x, _ = data()
    return {"padded": x, "unpadded": x[::2, :4], "one": x[:1]}
