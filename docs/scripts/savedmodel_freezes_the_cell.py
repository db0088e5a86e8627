"""A SavedModel brings the cell of a frozen RNN back with trainable=False, which it was not told to be."""

import os
import tempfile

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")

import tensorflow as tf

layer = tf.keras.layers.RNN(tf.keras.layers.GRUCell(2), trainable=False)
model = tf.keras.Sequential([tf.keras.Input((3, 2)), layer])
print("before saving:", layer.trainable, layer.cell.trainable)
for suffix in (".h5", ".keras", ""):
    path = tempfile.mkdtemp() + "/model" + suffix
    model.save(path)
    layer = tf.keras.models.load_model(path).layers[0]
    print(suffix or "SavedModel", layer.trainable, layer.cell.trainable)
