"""Keras 3: words that a layer was adapted to, saved in two formats."""

import os
import tempfile

os.environ["TF_USE_LEGACY_KERAS"] = "0"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from tensorflow import keras

lookup = keras.layers.StringLookup()
lookup.adapt(np.array(["one", "two"]))
text = keras.Input((1,), dtype="string")
model = keras.Model(text, lookup(text))

for name in ("model.keras", "model.h5"):
    path = os.path.join(tempfile.mkdtemp(), name)
    model.save(path)
    loaded = keras.models.load_model(path, compile=False)
    print(f"{name}: {[str(word) for word in loaded.layers[-1].get_vocabulary()]}")
