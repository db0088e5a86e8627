"""A random model of keras.applications, and images to train it on: called in fresh processes."""

from __future__ import annotations

from functools import partial
from typing import Any

import numpy as np

from dev.sweep.applications import APPLICATIONS, Application
from dev.sweep.numbers import EXAMPLES, classes, of_input
from harness.fresh.subject import Subject

_LEARNING_RATE = 1e-3


def subject(family: str) -> Subject:
    """What a fresh process builds of a module."""
    found = APPLICATIONS[family]
    return Subject(partial(build, found), partial(data, found))


def build(application: Application) -> Any:
    """A compiled model, which says how likely each of two classes is."""
    from tensorflow import keras

    make = getattr(keras.applications, application.function)
    model = make(weights=None, input_shape=_axes(application), classes=2, **application.arguments)
    model.compile(keras.optimizers.Adam(_LEARNING_RATE), keras.losses.SparseCategoricalCrossentropy())
    return model


def data(application: Application) -> tuple[np.ndarray, np.ndarray]:
    """Images and their classes."""
    images = of_input("images", (EXAMPLES, *_axes(application)), "float32", np.random.default_rng(0))
    return images, classes((EXAMPLES,))


def _axes(application: Application) -> tuple[int, int, int]:
    return application.side, application.side, 3
