"""A tf.train.Checkpoint of a Keras 3 model has no layer that the model keeps in a list or in a dict."""

import os
import tempfile

os.environ["TF_USE_LEGACY_KERAS"] = "0"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf
from tensorflow import keras


class Model(keras.Model):
    def __init__(self, container):
        super().__init__()
        layer = keras.layers.Dense(2)
        self.parts = {"list": [layer], "dict": {"dense": layer}, "attribute": layer}[container]
        self.container = container

    def call(self, x):
        layer = {"list": lambda: self.parts[0], "dict": lambda: self.parts["dense"], "attribute": lambda: self.parts}
        return layer[self.container]()(x)


X = np.ones((1, 3), "float32")
for container in ("attribute", "list", "dict"):
    model, other = Model(container), Model(container)
    model(X), other(X)
    path = tempfile.mkdtemp() + "/checkpoint"
    tf.train.Checkpoint(model=model).write(path)
    tf.train.Checkpoint(model=other).read(path)
    variables = [name for name, _ in tf.train.list_variables(path) if "VARIABLE_VALUE" in name]
    same = np.array_equal(model.get_weights()[0], other.get_weights()[0])
    print(f"{container}: {len(variables)} of {len(model.weights)} weights written, read again: {same}")
