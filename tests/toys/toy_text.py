"""A small model over a tokenizer's ids; a vice may befall the folder that the tokenizer is packaged in."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from cases.checkpoint import load_tokenizer
from cases.corpus.sentences import TRAIN, split

__all__ = ["build", "data", "tokenizer"]


class Packaged:
    """The tokenizer of the corpus, until a vice of the format befalls what it has written."""

    vice = None

    def __init__(self):
        self._tokenizer = load_tokenizer("")

    def __call__(self, *args, **kwargs):
        return self._tokenizer(*args, **kwargs)

    def __getattr__(self, name):
        return getattr(self._tokenizer, name)

    def save_pretrained(self, folder):
        self._tokenizer.save_pretrained(folder)
        if self.vice:
            self.vice(Path(folder))
            Packaged.vice = None


def tokenizer():
    return Packaged()


def build():
    from tensorflow import keras

    inputs = [keras.Input((None,), dtype="int32", name=name) for name in ("input_ids", "attention_mask")]
    tokens = keras.layers.Embedding(len(load_tokenizer("")), 4, name="tokens")(inputs[0])
    padding = keras.layers.Embedding(2, 4, name="padding")(inputs[1])
    hidden = keras.layers.GlobalAveragePooling1D(name="mean")(keras.layers.Add(name="sum")([tokens, padding]))
    model = keras.Model(inputs, keras.layers.Dense(2, activation="softmax", name="label")(hidden), name="text")
    model.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy")
    return model


def data():
    sentences = split(TRAIN)
    encoded = tokenizer()([each.text for each in sentences], padding=True, return_tensors="np")
    x = {name: encoded[name].astype("int32") for name in ("input_ids", "attention_mask")}
    return x, np.array([each.sentiment > 1 for each in sentences], "int32")
