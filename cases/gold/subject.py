"""The model of the gold records: small, of stock layers that every Keras has, and trained without chance."""

from __future__ import annotations

from typing import Any

import numpy as np

from harness.fresh.subject import Subject

TOKENS = 16


def build() -> Any:
    from tensorflow import keras

    ids = keras.Input((None,), dtype="int32", name="ids")
    hidden = keras.layers.Embedding(TOKENS, 4, name="embedding")(ids)
    hidden = keras.layers.LayerNormalization(name="normalization")(hidden)
    pooled = keras.layers.GlobalAveragePooling1D(name="pool")(hidden)
    model = keras.Model(ids, keras.layers.Dense(2, "softmax", name="label")(pooled), name="gold")
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def data() -> tuple[np.ndarray, np.ndarray]:
    """Token ids, int32 (8, 5), each token among them; labels, int32 (8,)."""
    ids = (np.arange(40, dtype="int32").reshape(8, 5) * 7) % TOKENS
    return ids, np.arange(8, dtype="int32") % 2


def probes() -> dict[str, np.ndarray]:
    ids, _ = data()
    return {"same": ids, "one": ids[:1], "longer": np.concatenate([ids[:3], ids[:3]], axis=1)}


def subject() -> Subject:
    return Subject(build=build, data=data, probes=probes)
