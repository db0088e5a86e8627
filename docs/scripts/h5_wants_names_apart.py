"""Two layers of one name, one of them in a nested model: .h5 cannot save the optimizer; the other formats can."""

import os
import tempfile

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")

import numpy as np
import tensorflow as tf

inner = tf.keras.Sequential([tf.keras.layers.Dense(2, name="hidden")])
x = tf.keras.Input((2,))
model = tf.keras.Model(x, inner(tf.keras.layers.Dense(2, name="hidden")(x)))
model.compile("adam", "mse")
model.fit(np.ones((4, 2)), np.ones((4, 2)), verbose=0)
for suffix in (".keras", "", ".h5"):
    try:
        model.save(tempfile.mkdtemp() + "/model" + suffix)
        print(suffix or "SavedModel", "saved")
    except ValueError as error:
        print(suffix, f"ValueError: {error}")
