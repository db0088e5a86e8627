"""model.weights.h5 of a compiled mixed_float16 model does not load into the model that was just built."""

import os
import tempfile

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")

import numpy as np
import tensorflow as tf

tf.keras.mixed_precision.set_global_policy("mixed_float16")


def build():
    model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(2,))])
    model.compile("adam", "mse")
    return model


model = build()
model.fit(np.ones((4, 2)), np.ones(4), verbose=0)
path = tempfile.mkdtemp() + "/model.weights.h5"
model.save_weights(path)
try:
    build().load_weights(path)
    print("loads")
except AttributeError as error:
    print(f"AttributeError: {error}")
