"""A .keras file has no state of an optimizer in keras.optimizers.legacy; an .h5 file has."""

import os
import tempfile

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")

import numpy as np
import tensorflow as tf

model = tf.keras.Sequential([tf.keras.layers.Dense(1, input_shape=(2,))])
model.compile(tf.keras.optimizers.legacy.Adam(0.01), "mse")
model.fit(np.ones((4, 2)), np.ones(4), epochs=2, verbose=0)
print("before saving:", int(model.optimizer.iterations))
for suffix in (".h5", ".keras"):
    path = tempfile.mkdtemp() + "/model" + suffix
    model.save(path)
    print(suffix, int(tf.keras.models.load_model(path).optimizer.iterations))
