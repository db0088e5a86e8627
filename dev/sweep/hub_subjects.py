"""A tiny random model of a family of keras-hub's, and numbers to train it on: called in fresh processes."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable

import numpy as np

from dev.sweep.hub import FAMILIES, NUMBERS, ONE_HOT, OWN, PAIRS, WEIGHED, Family, Part
from dev.sweep.numbers import EXAMPLES, LENGTH, classes, of_input
from harness.fresh.subject import Subject

_LEARNING_RATE = 1e-3


def subject(family: str) -> Subject:
    """What a fresh process builds of a family."""
    found = FAMILIES[family]
    return Subject(partial(build, found), partial(data, found))


def build(family: Family) -> Any:
    """A compiled model."""
    import keras

    model = _model(family)
    optimizer = keras.optimizers.Adam(_LEARNING_RATE)
    if family.labels == OWN:
        model.compile(optimizer)
        return model
    losses = {
        NUMBERS: keras.losses.MeanSquaredError,
        ONE_HOT: partial(keras.losses.CategoricalCrossentropy, from_logits=True),
    }
    loss = losses.get(family.labels, partial(keras.losses.SparseCategoricalCrossentropy, from_logits=True))
    model.compile(optimizer, loss())
    return model


def data(family: Family) -> tuple[Any, ...]:
    """Inputs and labels, and perhaps weights of these."""
    model = _model(family)
    rng = np.random.default_rng(0)

    def given(name: str, tensor: Any) -> np.ndarray:
        return of_input(name, (EXAMPLES, *(family.shape.get(name) or _axes(tensor))), tensor.dtype, rng)

    x = _each(given, model.input)
    if family.labels == OWN:
        return (x,)
    y = _each(lambda name, output: _labels(family, output), model.output)
    return (x, y, np.ones(y.shape, "float32")) if family.labels == WEIGHED else (x, y)


def _model(family: Family) -> Any:
    import keras_hub

    backbone = _made(Part(family.backbone, family.arguments))
    if family.task:
        task = getattr(keras_hub.models, family.task)
        return task(backbone=backbone, preprocessor=None, **family.task_arguments)
    return _with_head(backbone, family.output) if family.with_head else backbone


def _made(part: Part) -> Any:
    import keras_hub

    arguments = {name: _made(each) if isinstance(each, Part) else each for name, each in part.arguments.items()}
    return getattr(keras_hub.models, part.model)(**arguments)


def _with_head(backbone: Any, output: str) -> Any:
    """Logits of two classes, from what a backbone says on average of an example."""
    import keras

    features = backbone(backbone.input)
    features = features[output] if output else features
    average = {
        2: lambda each: each,
        3: keras.layers.GlobalAveragePooling1D(),
        4: keras.layers.GlobalAveragePooling2D(),
    }[len(features.shape)]
    return keras.Model(backbone.input, keras.layers.Dense(2, name="logits")(average(features)))


def _labels(family: Family, output: Any) -> np.ndarray:
    """What an output is to become, by its axes."""
    if family.labels == PAIRS:  # in each of two batches
        return np.arange(EXAMPLES, dtype="int32") % (EXAMPLES // 2)
    if family.labels == NUMBERS:
        return np.random.default_rng(1).random((EXAMPLES, *_axes(output))).astype("float32")
    chosen = classes((EXAMPLES, *_axes(output)[:-1]))
    return np.eye(2, dtype="float32")[chosen] if family.labels == ONE_HOT else chosen


def _each(function: Callable[[str, Any], Any], tensors: Any) -> Any:
    """Of every input or output of a model: by name, where it has several."""
    if isinstance(tensors, dict):
        return {name: function(name, tensor) for name, tensor in tensors.items()}
    return function("", tensors)


def _axes(tensor: Any) -> tuple[int, ...]:
    """Without the examples; an open one is the length of a text."""
    return tuple(LENGTH if axis is None else axis for axis in tensor.shape[1:])
