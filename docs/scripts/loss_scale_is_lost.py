"""A .keras file does not bring the LossScaleOptimizer of mixed_float16 back."""

import os
import tempfile

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")

import numpy as np  # noqa: E402
import tensorflow as tf  # noqa: E402

tf.keras.mixed_precision.set_global_policy("mixed_float16")
model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(2,))])
model.compile(tf.keras.optimizers.SGD(0.1, momentum=0.9), "mse")
model.fit(np.ones((4, 2)), np.ones(4), verbose=0)
path = tempfile.mkdtemp() + "/model.keras"
model.save(path)
print("before saving:", type(model.optimizer).__name__)
print("after loading:", type(tf.keras.models.load_model(path).optimizer).__name__)
