"""The policy of a model inside a model is that of the loading process; the policies of its layers are kept."""

import os
import tempfile

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")

import tensorflow as tf

tf.keras.mixed_precision.set_global_policy("mixed_bfloat16")
model = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.Sequential([tf.keras.layers.Dense(2)])])
paths = {suffix: tempfile.mkdtemp() + "/model" + suffix for suffix in (".h5", ".keras", "")}
for path in paths.values():
    model.save(path)
tf.keras.mixed_precision.set_global_policy("float32")  # as in a fresh process
for suffix, path in {"before saving": "", **paths}.items():
    inner = (tf.keras.models.load_model(path) if path else model).layers[0]
    print(suffix or "SavedModel", inner.dtype_policy.name, [layer.dtype_policy.name for layer in inner.layers])
