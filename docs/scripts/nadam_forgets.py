"""Nadam multiplies its momenta up, step by step, in a number that it counts among its variables nowhere."""

import os
import tempfile

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")

import numpy as np
import tensorflow as tf

x = tf.keras.Input((2,))
model = tf.keras.Model(x, tf.keras.layers.Dense(1)(x))
model.compile(tf.keras.optimizers.Nadam(0.01), "mse")
model.fit(np.ones((4, 2)), np.ones(4), epochs=2, verbose=0)
print("before saving:", int(model.optimizer.iterations), float(model.optimizer._u_product))
for suffix in (".h5", ".keras"):
    path = tempfile.mkdtemp() + "/model" + suffix
    model.save(path)
    optimizer = tf.keras.models.load_model(path).optimizer
    print(suffix, int(optimizer.iterations), float(optimizer._u_product))
