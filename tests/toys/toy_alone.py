"""A small model that is trained on inputs alone: its whole loss is add_loss."""

from __future__ import annotations

import tensorflow as tf
import toy
from tensorflow import keras


class Rebuilt(keras.layers.Layer):
    """Hands on what was made, and adds how far it is off what was given."""

    def call(self, pair):
        given, made = pair
        self.add_loss(tf.reduce_mean(tf.square(given - made)))
        return made


def build():
    given = keras.Input((4,), name="signal")
    hidden = keras.layers.Dense(3, activation="tanh", name="narrow")(given)
    made = Rebuilt(name="rebuilt")([given, keras.layers.Dense(4, name="wide")(hidden)])
    model = keras.Model(given, made, name="alone")
    model.compile(keras.optimizers.Adam(0.01))
    return model


def data():
    return toy.data()[0]
