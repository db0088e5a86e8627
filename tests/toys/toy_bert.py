"""A small model around the main layer of another family of transformers than the suite's."""

from __future__ import annotations

import numpy as np


def build():
    from tensorflow import keras
    from transformers import BertConfig, TFBertModel

    config = BertConfig(
        vocab_size=20,
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        max_position_embeddings=20,
    )
    ids = keras.Input((5,), dtype="int32", name="ids")
    outputs = keras.layers.Dense(1, name="head")(TFBertModel(config).bert(ids)[1])
    model = keras.Model(ids, outputs)
    model.compile(keras.optimizers.Adam(0.01), "mse")
    return model


def data():
    rng = np.random.default_rng(0)
    return rng.integers(3, 20, (8, 5)).astype("int32"), rng.normal(size=(8, 1)).astype("float32")
