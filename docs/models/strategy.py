"""A model that is built for several devices, by tf.distribute: its variables and slots are distributed ones."""

import numpy as np
import tensorflow as tf


def build():
    with tf.distribute.MirroredStrategy(["CPU:0"]).scope():
        model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(6, "tanh"), tf.keras.layers.Dense(1)])
        model.compile(tf.keras.optimizers.Adam(1e-2), "mse", metrics=["mae"])
    return model


def data():
    rng = np.random.default_rng(0)
    return rng.normal(size=(12, 4)).astype("float32"), rng.normal(size=(12, 1)).astype("float32")
