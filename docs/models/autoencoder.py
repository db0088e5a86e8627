"""A variational autoencoder: no targets, its loss is made of add_loss alone, and it draws noise while it trains."""

import numpy as np
import tensorflow as tf


@tf.keras.utils.register_keras_serializable(package="models")
class Sampling(tf.keras.layers.Layer):
    """Draws around a mean while training; answers the mean itself otherwise."""

    def call(self, mean_and_log_variance, training=False):
        mean, log_variance = mean_and_log_variance
        self.add_loss(-0.05 * tf.reduce_mean(1 + log_variance - mean**2 - tf.exp(log_variance)))
        return mean + tf.exp(0.5 * log_variance) * tf.random.normal(tf.shape(mean), seed=4) if training else mean


def build():
    x = tf.keras.Input((6,), name="x")
    hidden = tf.keras.layers.Dense(8, "tanh", name="hidden")(x)
    mean, log_variance = (tf.keras.layers.Dense(2, name=name)(hidden) for name in ("mean", "log_variance"))
    code = Sampling(name="sampling")([mean, log_variance])
    again = tf.keras.layers.Dense(6, name="again")(tf.keras.layers.Dense(8, "tanh", name="wide")(code))
    model = tf.keras.Model(x, again)
    model.add_loss(tf.reduce_mean(tf.square(x - again)))
    model.compile("adam")
    return model


def data():
    return np.random.default_rng(0).normal(size=(12, 6)).astype("float32")
