"""A frozen model inside a model comes back from .h5 and .keras with trainable=True; its layers stay frozen."""

import os
import tempfile

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")

import tensorflow as tf

inner = tf.keras.Sequential([tf.keras.layers.Dense(2)])
inner.trainable = False
x = tf.keras.Input((2,))
model = tf.keras.Model(x, tf.keras.layers.Dense(1)(inner(x)))
print("before saving:", model.layers[1].trainable, [layer.trainable for layer in model.layers[1].layers])
for suffix in (".h5", ".keras", ""):
    path = tempfile.mkdtemp() + "/model" + suffix
    model.save(path)
    loaded = tf.keras.models.load_model(path)
    print(suffix or "SavedModel", loaded.layers[1].trainable, [layer.trainable for layer in loaded.layers[1].layers])
