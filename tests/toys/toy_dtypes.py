"""A small model that takes and gives numbers of many dtypes."""

from __future__ import annotations

import numpy as np
import tensorflow as tf
from tensorflow import keras

DTYPES = ("float64", "float16", "uint8", "int64", "bool", "complex64")


class Measured(keras.layers.Layer):
    """A number of whatever dtype as a float32."""

    def call(self, inputs):
        return tf.cast(tf.math.real(inputs) if inputs.dtype.is_complex else inputs, "float32")


class Told(keras.layers.Layer):
    """A number in another dtype."""

    def __init__(self, kind, **kwargs):
        super().__init__(**kwargs)
        self.kind = kind

    def call(self, inputs):
        return tf.cast(tf.abs(inputs) * 50, self.kind)

    def get_config(self):
        return {**super().get_config(), "kind": self.kind}


def build():
    inputs = {name: keras.Input((3,), dtype=name, name=f"x_{name}") for name in DTYPES}
    measured = [Measured(dtype=name, name=f"measured_{name}")(each) for name, each in inputs.items()]
    score = keras.layers.Dense(1, name="score")(keras.layers.Concatenate(name="all")(measured))
    told = [Told(kind, name=f"told_{kind}")(score) for kind in ("float64", "uint8", "complex64")]
    model = keras.Model(list(inputs.values()), [score, *told], name="dtypes")
    model.compile(keras.optimizers.Adam(0.01), ["mse", None, None, None])
    return model


def data():
    x = [(np.arange(24).reshape(8, 3) % (2 + place)).astype(name) for place, name in enumerate(DTYPES)]
    return x, [np.linspace(-1, 1, 8, dtype="float32")[:, None], None, None, None]
