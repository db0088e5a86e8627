"""transformers' TFFlaubertModel: weights in TensorFlow's format leave the word embeddings out."""

import os
import tempfile

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf
from transformers import FlaubertConfig, TFFlaubertModel

IDS = np.array([[3, 4, 5, 6]])
SIZES = {"vocab_size": 40, "emb_dim": 16, "n_layers": 1, "n_heads": 2, "max_position_embeddings": 16}


def built(seed):
    tf.keras.utils.set_random_seed(seed)
    model = TFFlaubertModel(FlaubertConfig(**SIZES))
    model(IDS)
    return model


model = built(1)
path = os.path.join(tempfile.mkdtemp(), "weights")
model.save_weights(path, save_format="tf")
written = [name for name, _ in tf.train.list_variables(path) if "VARIABLE_VALUE" in name]
loaded = built(2)
loaded.load_weights(path).assert_existing_objects_matched()
print(f"{len(model.weights)} weights, {len(written)} written")
print(f"off by {np.abs(loaded(IDS)[0].numpy() - model(IDS)[0].numpy()).max():.1e}")
