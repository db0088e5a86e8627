"""The toy with a frozen layer, which training leaves where it was."""

from __future__ import annotations

import toy
from toy import data

__all__ = ["build", "data"]


def build():
    model = toy.build()
    model.get_layer("first").trainable = False
    model.compile(model.optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model
