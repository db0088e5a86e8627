"""A mixed-precision model that is built from its config again computes in float32 inside transformers' layers."""

import tempfile

import tensorflow as tf
from tiny import functional, in_a_fresh_process, pretrained

tf.keras.mixed_precision.set_global_policy("mixed_bfloat16")
folder = tempfile.mkdtemp()
model = functional(pretrained())
model.save(f"{folder}/model.keras")
print("before saving:", model.layers[2].roberta.encoder.layer[0].compute_dtype)
in_a_fresh_process(f"""
import tensorflow as tf
from transformers import TFXLMRobertaModel
model = tf.keras.models.load_model("{folder}/model.keras", custom_objects={{"TFXLMRobertaModel": TFXLMRobertaModel}})
print("after loading:", model.layers[2].roberta.encoder.layer[0].compute_dtype)
""")
