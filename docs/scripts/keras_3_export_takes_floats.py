"""Keras 3 exports a model class of one's own with floats for its token ids, under other names."""

import os
import tempfile

os.environ["TF_USE_LEGACY_KERAS"] = "0"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf
from tensorflow import keras


class Model(keras.Model):
    def __init__(self):
        super().__init__()
        self.table = keras.layers.Embedding(9, 2)

    def call(self, inputs):
        return self.table(inputs["input_ids"]) * keras.ops.cast(inputs["attention_mask"], "float32")[..., None]


x = {name: np.ones((2, 3), "int32") for name in ("input_ids", "attention_mask")}
model = Model()
model({name: keras.Input((None,), dtype="int32") for name in x})
print("weights:", [each.path for each in model.weights])
path = tempfile.mkdtemp()
model.export(path)
served = tf.saved_model.load(path)
for name, spec in sorted(served.signatures["serving_default"].structured_input_signature[1].items()):
    print("asks for:", name, spec.dtype.name)
print("weights:", [each.name for each in served.variables])
