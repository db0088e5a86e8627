"""Keras 3 loads a whole-model H5 file with an optimizer that knows none of the weights."""

import os
import tempfile

os.environ["TF_USE_LEGACY_KERAS"] = "0"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from tensorflow import keras

X, Y = np.ones((4, 3), "float32"), np.ones((4, 1), "float32")
model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1)])
model.compile("adam", keras.losses.MeanSquaredError())
model.fit(X, Y, verbose=0)
path = tempfile.mkdtemp() + "/model"
print("before saving:", len(model.optimizer.variables), "variables")
for suffix in (".keras", ".h5"):
    model.save(path + suffix)
    loaded = keras.models.load_model(path + suffix)
    print(suffix, len(loaded.optimizer.variables), "variables", end=", ")
    try:
        loaded.fit(X, Y, verbose=0)
        print("trains on")
    except ValueError as error:
        print(f"ValueError: {str(error)[:37]}")
