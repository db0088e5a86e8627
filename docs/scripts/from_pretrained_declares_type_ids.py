"""from_pretrained of transformers 4.35 makes a model that declares token_type_ids; the one that was saved took none."""

import tempfile

import tensorflow as tf
from transformers import TFXLMRobertaForSequenceClassification, XLMRobertaConfig

config = XLMRobertaConfig(
    vocab_size=20, hidden_size=8, num_hidden_layers=1, num_attention_heads=1, intermediate_size=8, type_vocab_size=1
)
model = TFXLMRobertaForSequenceClassification(config)
model({name: tf.keras.Input((None,), dtype="int32", name=name) for name in ("input_ids", "attention_mask")})
folder = tempfile.mkdtemp()
model.save_pretrained(folder)
loaded = TFXLMRobertaForSequenceClassification.from_pretrained(folder)
print("saved:", *sorted(model.save_spec()[0][0]))
print("loaded:", *sorted(loaded.save_spec()[0][0]) if loaded.save_spec() else ["nothing yet"])
