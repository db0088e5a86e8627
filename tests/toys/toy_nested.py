"""A small model of a class of its own, with a layer of layers, some of them frozen, that adds losses."""

from __future__ import annotations

import tensorflow as tf
from tensorflow import keras
from toy import data

__all__ = ["Block", "Nested", "build", "data"]


class Block(keras.layers.Layer):
    """A frozen layer, an activation and a penalty, of which its config tells nothing."""

    factors = (0.1,)

    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.inner = keras.layers.Dense(4, name="inner")
        self.inner.trainable = False
        self.bend = keras.layers.Activation("tanh", name="bend")

    def build(self, shape):
        with tf.name_scope(self.inner.name):
            self.inner.build(shape)
        super().build(shape)

    def call(self, inputs):
        outputs = self.bend(self.inner(inputs))
        for factor in self.factors:
            self.add_loss(factor * tf.reduce_mean(tf.square(outputs)))
        return outputs


class Nested(keras.Model):
    """Takes steps of its own: the labels are worth twice as much as the penalties."""

    def train_step(self, data):
        x, y = data
        with tf.GradientTape() as tape:
            loss = self.compute_loss(x, y, self(x, training=True)) * 2 - sum(self.losses)
        variables = self.trainable_variables
        self.optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
        return {"loss": loss}


def build():
    inputs = keras.Input((4,), name="features")
    regularizer = keras.regularizers.L2(0.01)
    hidden = keras.layers.Dense(4, kernel_regularizer=regularizer, name="first")(inputs)
    hidden = keras.layers.BatchNormalization(name="normed")(Block(name="block")(hidden))
    model = Nested(inputs, keras.layers.Dense(2, activation="softmax", name="label")(hidden), name="nested")
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    return model
