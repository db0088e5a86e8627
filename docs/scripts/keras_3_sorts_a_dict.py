"""A model of a list of inputs, called with a dict: are the values matched by name?"""

import os

os.environ["TF_USE_LEGACY_KERAS"] = "0"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import keras
import numpy as np

ids = keras.Input((1,), name="input_ids")
mask = keras.Input((1,), name="attention_mask")
model = keras.Model([ids, mask], keras.layers.Subtract()([ids, mask]))

x = {"input_ids": np.full((1, 1), 10.0), "attention_mask": np.full((1, 1), 1.0)}
print(
    f"Keras {keras.__version__}: as a list {float(model(list(x.values()))[0, 0])}, as a dict {float(model(x)[0, 0])}, "
    f"predict as a dict {model.predict(x, verbose=0)[0, 0]}"
)
