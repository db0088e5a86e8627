"""Adafactor and Lion: an .h5 file of a model trained under mixed_float16 does not load."""

import os
import tempfile

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")

import numpy as np
import tensorflow as tf

for policy in ("float32", "mixed_float16"):
    tf.keras.mixed_precision.set_global_policy(policy)
    model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(2,))])
    model.compile(tf.keras.optimizers.Lion(0.01), "mse")
    model.fit(np.ones((4, 2)), np.ones(4), verbose=0)
    path = tempfile.mkdtemp() + "/model.h5"
    model.save(path)
    try:
        print(f"{policy}:", type(tf.keras.models.load_model(path).optimizer).__name__)
    except ValueError as error:
        print(f"{policy}: ValueError: {str(error).split('. Please')[0]}")
