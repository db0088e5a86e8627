"""The toy with packaging code of its own, one half of which forgets something."""

from __future__ import annotations

import numpy as np
from toy import build, data

__all__ = ["build", "data", "load", "probe", "save"]

FILENAME = "kernels.npz"


def save(model, path):
    np.savez(path, *model.get_weights()[:-1])  # the last bias is left behind


def load(path):
    model = build()
    with np.load(path) as stored:
        model.set_weights([*(stored[name] for name in stored.files), np.zeros(2, "float32")])
    return model


def probe(model, x, y):
    return {"layers": [layer.name for layer in model.layers]}
