"""Inputs in a dict of dicts, as features come from a table of users and a table of shops."""

import numpy as np
import tensorflow as tf


def build():
    inputs = {
        "user": {"age": tf.keras.Input((1,), name="age"), "tastes": tf.keras.Input((3,), name="tastes")},
        "shop": {"place": tf.keras.Input((2,), name="place")},
    }
    features = tf.keras.layers.Concatenate()([*inputs["user"].values(), inputs["shop"]["place"]])
    model = tf.keras.Model(inputs, tf.keras.layers.Dense(1)(tf.keras.layers.Dense(5, "relu")(features)))
    model.compile("adam", "mse")
    return model


def data():
    rng = np.random.default_rng(0)
    age, tastes, place, y = (rng.normal(size=(12, width)).astype("float32") for width in (1, 3, 2, 1))
    return {"user": {"age": age, "tastes": tastes}, "shop": {"place": place}}, y
