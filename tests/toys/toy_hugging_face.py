"""A tiny model that is Hugging Face's own, for the formats that only such a model has."""

from __future__ import annotations

import numpy as np


def build():
    from tensorflow import keras
    from transformers import TFXLMRobertaForSequenceClassification, XLMRobertaConfig

    config = XLMRobertaConfig(
        vocab_size=20,
        hidden_size=8,
        num_hidden_layers=1,
        num_attention_heads=1,
        intermediate_size=8,
        max_position_embeddings=20,
    )
    model = TFXLMRobertaForSequenceClassification(config)
    model(model.dummy_inputs)
    model.compile(keras.optimizers.Adam(0.01), keras.losses.SparseCategoricalCrossentropy(from_logits=True))
    return model


def data():
    ids = np.random.default_rng(0).integers(3, 20, (8, 5)).astype("int32")
    return {"input_ids": ids, "attention_mask": np.ones_like(ids)}, np.arange(8) % 2
