"""A layer that a SavedModel revives without its class draws its dropout from seeds fixed when it was saved."""

import tempfile

import tensorflow as tf
from tiny import functional, in_a_fresh_process, pretrained

tf.keras.utils.set_random_seed(1)
folder = tempfile.mkdtemp()
functional(pretrained().roberta).save(folder)
for seed in (2, 3):
    in_a_fresh_process(f"""
import tensorflow as tf
model = tf.keras.models.load_model({folder!r})
tf.keras.utils.set_random_seed({seed})
x = {{name: tf.ones((2, 6), "int32") for name in ("input_ids", "attention_mask")}}
print("seed {seed}:", model(x, training=True).numpy()[:, 0])
""")
