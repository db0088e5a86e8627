"""The toy as it is tuned in earnest: a schedule, clipping, metrics by the weights of examples; then pruned."""

from __future__ import annotations

import numpy as np
import toy

from harness.fresh.subject import fit

__all__ = ["build", "data", "train"]


def build():
    from tensorflow import keras

    model = toy.build()
    schedule = keras.optimizers.schedules.PolynomialDecay(0.01, decay_steps=20, end_learning_rate=0.001)
    model.compile(
        keras.optimizers.Adam(schedule, clipnorm=0.1),
        keras.losses.SparseCategoricalCrossentropy(),
        weighted_metrics=["accuracy"],
    )
    return model


def data():
    return (*toy.data(), np.geomspace(0.1, 1, 8, dtype="float32"))


def train(model, x, y, sample_weight):
    fit(model, x, y, sample_weight)
    kernel = model.get_layer("second").kernel
    pruned = kernel.numpy()
    pruned[0, 0] = 0
    kernel.assign(pruned)
