"""Metrics of several outputs, loaded from a SavedModel and saved again as .keras, cannot be evaluated."""

import tempfile

import numpy as np
import tensorflow as tf
from tiny import in_a_fresh_process

x = tf.keras.Input((2,))
model = tf.keras.Model(x, {name: tf.keras.layers.Dense(1, name=name)(x) for name in ("first", "second")})
model.compile("sgd", {"first": "mse", "second": "mse"}, metrics={"first": ["mae"], "second": ["mae"]})
y = {name: np.ones(4) for name in ("first", "second")}
model.fit(np.ones((4, 2)), y, verbose=0)
folder = tempfile.mkdtemp()
model.save(folder)
print("metrics as compiled:", model.get_compile_config()["metrics"])
in_a_fresh_process(f"""
import tensorflow as tf
model = tf.keras.models.load_model({folder!r})
model.save({folder!r} + "/again.keras")
print("metrics as loaded:", model.get_compile_config()["metrics"])
""")
in_a_fresh_process(f"""
import numpy as np, tensorflow as tf
y = {{name: np.ones(4) for name in ("first", "second")}}
print(tf.keras.models.load_model({folder!r} + "/again.keras").evaluate(np.ones((4, 2)), y, verbose=0))
""")
