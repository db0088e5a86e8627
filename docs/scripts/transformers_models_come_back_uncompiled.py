"""A .keras file of one of transformers' own models loads, but is not compiled any more."""

import tempfile

from tiny import in_a_fresh_process, with_head

path = tempfile.mkdtemp() + "/model.keras"
model = with_head()
model.save(path)
print("before saving, optimizer:", type(model.optimizer).__name__)
in_a_fresh_process(f"""
import tensorflow as tf
from transformers import TFXLMRobertaForSequenceClassification as Model
model = tf.keras.models.load_model({path!r}, custom_objects={{"TFXLMRobertaForSequenceClassification": Model}})
print("after loading, optimizer:", model.optimizer)
""")
