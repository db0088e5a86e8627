"""A checkpoint that is read before transformers' model was called: its positions get what its token types had."""

import os
import tempfile

os.environ["TF_USE_LEGACY_KERAS"] = "1"
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

import numpy as np
import tensorflow as tf
from transformers import TFXLMRobertaModel, XLMRobertaConfig

IDS = np.array([[3, 4, 5, 6]])
SIZES = {"vocab_size": 40, "hidden_size": 16, "num_hidden_layers": 1, "num_attention_heads": 2, "intermediate_size": 32}


def built(seed, types):
    tf.keras.utils.set_random_seed(seed)
    return TFXLMRobertaModel(XLMRobertaConfig(**SIZES, max_position_embeddings=16, type_vocab_size=types))


for called in (True, False):
    for types in (1, 16):
        model = built(1, types)
        model(IDS)
        path = os.path.join(tempfile.mkdtemp(), "weights")
        model.save_weights(path, save_format="tf")
        loaded = built(2, types)
        if called:
            loaded(IDS)
        loaded.load_weights(path)
        print(f"called before: {called}, token types: {types}:", end=" ")
        try:
            print(f"off by {np.abs(loaded(IDS)[0].numpy() - model(IDS)[0].numpy()).max():.1e}")
        except ValueError as error:
            print(error)
