"""Under mixed_float16, an HDF5 file read again has the loss-scale optimizer, and none of its state."""

import tempfile

import tensorflow as tf
from tiny import in_a_fresh_process, np

tf.keras.mixed_precision.set_global_policy("mixed_float16")
x = tf.keras.Input((2,))
model = tf.keras.Model(x, tf.keras.layers.Dense(1)(x))
model.compile(tf.keras.mixed_precision.LossScaleOptimizer(tf.keras.optimizers.SGD(0.1, momentum=0.9)), "mse")
model.fit(np.ones((4, 2)), np.ones(4), verbose=0)
path = tempfile.mkdtemp() + "/model.h5"
model.save(path)
print("before saving, iterations:", int(model.optimizer.iterations))
in_a_fresh_process(f"""
import tensorflow as tf
optimizer = tf.keras.models.load_model({path!r}).optimizer
print("after loading, iterations:", int(optimizer.iterations), type(optimizer).__name__)
""")
