"""Keras 3: models that were compiled with the short and with the long name of a loss, saved as whole-model HDF5."""

import os
import tempfile

os.environ["TF_USE_LEGACY_KERAS"] = "0"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from tensorflow import keras

path = os.path.join(tempfile.mkdtemp(), "model.h5")
for loss in ("mean_squared_error", "mse", "mae", "mape", "msle", "huber", "kl_divergence"):
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile("sgd", loss)
    model.fit(np.ones((2, 1)), np.ones((2, 1)), verbose=0)
    model.save(path)
    try:
        keras.models.load_model(path)
        print(f"{loss}: loads")
    except (TypeError, ValueError) as error:
        print(f"{loss}: {type(error).__name__}: {str(error).splitlines()[0][:110]}")
