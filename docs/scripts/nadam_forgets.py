"""Nadam multiplies its momenta up, step by step, in a number that it counts among its variables nowhere."""

import os
import tempfile

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")

import numpy as np
import tensorflow as tf

X = np.random.default_rng(7).random((8, 3), "float32")
Y = np.random.default_rng(8).random((8, 1), "float32")


def build():
    x = tf.keras.Input((3,))
    hidden = tf.keras.layers.Dense(3, activation="tanh")(x)
    model = tf.keras.Model(x, tf.keras.layers.Dense(1)(hidden))
    model.compile(tf.keras.optimizers.Nadam(0.01), "mse")
    return model


def train(model, epochs):
    model.fit(X, Y, epochs=epochs, batch_size=4, shuffle=False, verbose=0)
    return model.get_weights()


model = build()
train(model, epochs=2)
loaded = {}
for suffix in (".h5", ".keras"):
    path = tempfile.mkdtemp() + "/model" + suffix
    model.save(path)
    loaded[suffix] = tf.keras.models.load_model(path)
path = tempfile.mkdtemp() + "/checkpoint"
tf.train.Checkpoint(model=model, optimizer=model.optimizer).write(path)
loaded["checkpoint"] = build()
tf.train.Checkpoint(model=loaded["checkpoint"], optimizer=loaded["checkpoint"].optimizer).read(path)
loaded["checkpoint"].optimizer.build(loaded["checkpoint"].trainable_variables)

print("before saving:", int(model.optimizer.iterations), float(model.optimizer._u_product))
weights = train(model, epochs=1)
for name, other in loaded.items():
    iterations, product = int(other.optimizer.iterations), float(other.optimizer._u_product)
    off = max(float(np.abs(one - two).max()) for one, two in zip(weights, train(other, epochs=1)))
    print(f"{name} {iterations} {product}, trained on: off by {off:.1e}")
