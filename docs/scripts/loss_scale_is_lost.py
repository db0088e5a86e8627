"""Under mixed_float16, a .keras file read by a process with another global policy has no LossScaleOptimizer."""

import tempfile

import tensorflow as tf
from tiny import in_a_fresh_process, np

tf.keras.mixed_precision.set_global_policy("mixed_float16")
x = tf.keras.Input((2,))
model = tf.keras.Model(x, tf.keras.layers.Dense(1)(x))
model.compile(tf.keras.optimizers.SGD(0.1, momentum=0.9), "mse")
model.fit(np.ones((4, 2)), np.ones(4), verbose=0)
path = tempfile.mkdtemp() + "/model.keras"
model.save(path)
print("before saving:", type(model.optimizer).__name__)
in_a_fresh_process(f"""
import tensorflow as tf
print("after loading:", type(tf.keras.models.load_model({path!r}).optimizer).__name__)
""")
