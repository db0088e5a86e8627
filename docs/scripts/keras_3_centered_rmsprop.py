"""Keras 3's RMSprop, centred, on a token that a batch has many times: it sums squares instead of squaring the sum."""

import os

os.environ["TF_USE_LEGACY_KERAS"] = "0"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from tensorflow import keras

for centered in (False, True):
    keras.utils.set_random_seed(0)
    layers = [keras.Input((None,), dtype="int32"), keras.layers.Embedding(9, 2), keras.layers.GlobalAveragePooling1D()]
    model = keras.Sequential([*layers, keras.layers.Dense(1)])
    model.compile(keras.optimizers.RMSprop(rho=0.8, centered=centered), "mse", run_eagerly=True)
    try:
        model.fit(np.array([[1] * 20, [2] * 20]), np.ones((2, 1)), verbose=0)
        print(f"centered={centered}: trains")
    except Exception as error:
        print(f"centered={centered}: {type(error).__name__}: {str(error).partition('} ')[2][:37]}")
