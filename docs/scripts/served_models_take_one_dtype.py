"""A Keras model takes token ids as int32 and as int64; the signature that is served takes one of them."""

import tempfile

from tiny import X, functional, in_a_fresh_process, pretrained

folder = tempfile.mkdtemp()
model = functional(pretrained().roberta)
for dtype in ("int32", "int64"):
    print(dtype, model.predict({name: ids.astype(dtype) for name, ids in X.items()}, verbose=0).shape)
model.save(folder)
in_a_fresh_process(f"""
import tensorflow as tf
serve = tf.saved_model.load({folder!r}).signatures["serving_default"]
serve(input_ids=tf.ones((2, 6), "int64"), attention_mask=tf.ones((2, 6), "int64"))
""")
