"""Weights of a Keras 3 model class that is made of its own layers come back without the model's name."""

import os
import tempfile

os.environ["TF_USE_LEGACY_KERAS"] = "0"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
from tensorflow import keras


@keras.utils.register_keras_serializable()
class Model(keras.Model):
    def __init__(self, dense, **kwargs):
        super().__init__(**kwargs)
        self.dense = dense

    def call(self, x):
        return self.dense(x)

    def get_config(self):
        return {**super().get_config(), "dense": keras.layers.serialize(self.dense)}

    @classmethod
    def from_config(cls, config):
        return cls(**{**config, "dense": keras.layers.deserialize(config["dense"])})


model = Model(keras.layers.Dense(1))
model(np.ones((1, 3), "float32"))
path = tempfile.mkdtemp() + "/model.keras"
model.save(path)
print("before saving:", [each.path for each in model.weights])
print("after loading:", [each.path for each in keras.models.load_model(path).weights])
