"""The small model with two optimizers, which are a list that compile() is given, as Keras 2 allows."""

from __future__ import annotations

import toy_two
from tensorflow import keras
from toy_two import data

__all__ = ["Several", "build", "data"]


class Several(toy_two.Two):
    """Trains its base and its head by the optimizers of compile()."""

    def compile(self, optimizers, **how):
        keras.Model.compile(self, optimizers, **how)

    def optimizers(self):
        return self.optimizer


def build():
    model = Several(name="several")
    model(data()[0])
    model.compile([keras.optimizers.Adam(0.01), keras.optimizers.Adam(0.02)], loss=toy_two.LOSS)
    return model
