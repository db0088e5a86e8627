"""A small task of keras-hub's, without a preprocessor."""

from __future__ import annotations

import numpy as np


def build():
    import keras_hub

    backbone = keras_hub.models.RobertaBackbone(
        vocabulary_size=20, num_layers=1, num_heads=2, hidden_dim=8, intermediate_dim=8, max_sequence_length=10
    )
    task = keras_hub.models.RobertaTextClassifier(backbone, num_classes=2, preprocessor=None)
    task.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    return task


def data():
    ids = np.random.default_rng(0).integers(3, 20, (8, 6)).astype("int32")
    return {"token_ids": ids, "padding_mask": np.ones_like(ids)}, np.arange(8) % 2
