"""The small model whose ratio training changes, which nothing has traced before."""

from __future__ import annotations

from toy_scheduled import Scaled, build, data, step

__all__ = ["build", "custom_objects", "data", "train"]


def custom_objects():
    return {"Scaled": Scaled}


def train(model, x, y):
    step(model, x, y)
    model.get_layer("scaled").ratio = 0.5
    step(model, x, y)
