"""Keras 3 writes what is sliced from a layer's output to H5, and does not read it again."""

import os
import tempfile

os.environ["TF_USE_LEGACY_KERAS"] = "0"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

from tensorflow import keras

x = keras.Input((4, 3))
model = keras.Model(x, keras.layers.Dense(1)(x[:, 0]))
path = tempfile.mkdtemp() + "/model"
for suffix in (".keras", ".h5"):
    model.save(path + suffix)
    try:
        keras.models.load_model(path + suffix)
        print(suffix, "loads")
    except ValueError as error:
        print(suffix, f"ValueError: {str(error)[:25]}")
