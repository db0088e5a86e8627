"""Two inputs and two outputs, by name."""

import numpy as np
import tensorflow as tf


def build():
    inputs = {name: tf.keras.Input((3,), name=name) for name in ("price", "size")}
    hidden = tf.keras.layers.Concatenate()(list(inputs.values()))
    hidden = tf.keras.layers.Dense(4, activation="relu")(hidden)
    outputs = {
        "sold": tf.keras.layers.Dense(1, activation="sigmoid", name="sold")(hidden),
        "days": tf.keras.layers.Dense(1, name="days")(hidden),
    }
    model = tf.keras.Model(inputs, outputs)
    losses = {"sold": "binary_crossentropy", "days": tf.keras.losses.Huber(0.5)}
    model.compile("adam", losses, loss_weights={"sold": 1.0, "days": 0.2}, metrics={"sold": "accuracy", "days": "mae"})
    return model


def data():
    rng = np.random.default_rng(0)
    x = {name: rng.normal(size=(12, 3)).astype("float32") for name in ("price", "size")}
    y = {"sold": rng.integers(0, 2, (12, 1)).astype("float32"), "days": rng.normal(size=(12, 1)).astype("float32")}
    return x, y, np.linspace(0.5, 1.5, 12).astype("float32")
