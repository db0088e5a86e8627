"""Before TensorFlow 2.11, an .h5 file loses the optimizer of a model with a weight that no gradient reaches."""

import tempfile
from pathlib import Path

import numpy as np
import tensorflow as tf


class Pooler(tf.keras.layers.Layer):
    """Hands on what it gets, as transformers' models do when their pooled output is not asked for."""

    def build(self, input_shape):
        self.unused = self.add_weight(name="unused", shape=(3, 3))

    def call(self, inputs):
        return inputs


x, y = np.ones((4, 2), "float32"), np.ones((4, 1), "float32")
for unused in (False, True):
    layers = [tf.keras.layers.Dense(3), *([Pooler()] if unused else []), tf.keras.layers.Dense(1)]
    model = tf.keras.Sequential(layers)
    model.compile(tf.keras.optimizers.Adam(0.01), "mse")
    model.fit(x, y, verbose=0)
    path = str(Path(tempfile.mkdtemp(), "model.h5"))
    model.save(path)
    loaded = tf.keras.models.load_model(path, custom_objects={"Pooler": Pooler})
    words = f"{'with' if unused else 'without'} a weight that is not used"
    print(f"{words}: iterations {int(model.optimizer.iterations)}, loaded {int(loaded.optimizer.iterations)}")
