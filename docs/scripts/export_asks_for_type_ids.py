"""The signature of an exported model of transformers demands token_type_ids, which the model itself does not."""

import tempfile

import tensorflow as tf
from tiny import X, with_head

folder = tempfile.mkdtemp()
model = with_head()
model.export(folder)
print("the model:", model.predict(X, verbose=0)["logits"].shape)
try:
    tf.saved_model.load(folder).signatures["serving_default"](**{name: tf.constant(value) for name, value in X.items()})
    print("its signature: answers")
except TypeError as error:
    print("its signature:", str(error).split(". Received")[0])
