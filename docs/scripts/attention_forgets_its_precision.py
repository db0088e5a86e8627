"""MultiHeadAttention keeps its own precision, and before TensorFlow 2.14 its parts take that of the process."""

import tempfile

import tensorflow as tf
from tiny import in_a_fresh_process

tf.keras.mixed_precision.set_global_policy("mixed_bfloat16")
path = f"{tempfile.mkdtemp()}/model.h5"
inputs = tf.keras.Input((4, 8))
attention = tf.keras.layers.MultiHeadAttention(1, 8)
tf.keras.Model(inputs, attention(inputs, inputs)).save(path)
print("before saving:", attention.compute_dtype, attention._query_dense.compute_dtype)
in_a_fresh_process(f"""
import tensorflow as tf
attention = tf.keras.models.load_model("{path}").layers[1]
print("after loading:", attention.compute_dtype, attention._query_dense.compute_dtype)
""")
