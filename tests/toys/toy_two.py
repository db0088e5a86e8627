"""A small model with a training step of its own, which has an optimizer for each of its two layers."""

from __future__ import annotations

import tensorflow as tf
from tensorflow import keras
from toy import data

__all__ = ["Two", "build", "data"]

LOSS = "sparse_categorical_crossentropy"


class Two(keras.Model):
    """Trains its base and its head each by an optimizer that it holds; the one of compile() is never used."""

    def __init__(self, name="two", **how):
        super().__init__(name=name, **how)
        self.base = keras.layers.Dense(4, activation="tanh", name="base")
        self.head = keras.layers.Dense(2, activation="softmax", name="head")

    def compile(self, base_optimizer, head_optimizer, **how):
        super().compile(**how)
        self.base_optimizer, self.head_optimizer = base_optimizer, head_optimizer

    def call(self, inputs):
        return self.head(self.base(inputs))

    def optimizers(self):
        return self.base_optimizer, self.head_optimizer

    def train_step(self, batch):
        x, y = batch[:2]
        parts = [self.base.trainable_variables, self.head.trainable_variables]
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(keras.losses.sparse_categorical_crossentropy(y, self(x, training=True)))
        for optimizer, gradients, variables in zip(self.optimizers(), tape.gradient(loss, parts), parts):
            optimizer.apply_gradients(zip(gradients, variables))
        return {"loss": loss}


def build():
    model = Two()
    model(data()[0])  # so that a checkpoint finds all of it, but for the slots
    model.compile(keras.optimizers.Adam(0.01), keras.optimizers.Adam(0.02), loss=LOSS)
    return model
