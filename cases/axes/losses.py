"""Losses: what training minimises, and what it asks of the outputs and of the labels.

To add one: one definition, one line in _ALL. A loss fits the heads whose
kinds of outputs it has a term for.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Callable, Mapping

import numpy as np

from cases.axes.targets import CLASS, FLAGS, VALUE, Labels
from cases.keras import custom_object

#: What transformers' own losses skip.
IGNORED = -100


def indices(labels: Labels) -> np.ndarray:
    return labels.values.astype("int32")


def one_hot(labels: Labels) -> np.ndarray:
    return np.eye(labels.classes, dtype="float32")[labels.values]


def floats(labels: Labels) -> np.ndarray:
    return labels.values.astype("float32")


@dataclass(frozen=True)
class Term:
    """What a loss does with one kind of output.

    Attributes:
        activation: "softmax" or "sigmoid" for probabilities, "linear" for logits and values.
        labels: Encodes raw labels.
        loss: A name that Keras knows, or a function that makes the loss, given keras.
        metric: The same for the metric that is observed along.
    """

    activation: str
    labels: Callable[[Labels], np.ndarray]
    loss: str | Callable[[Any], Any]
    metric: str | Callable[[Any], Any]


@dataclass(frozen=True)
class Loss:
    """One way to train.

    Attributes:
        name: Public name, part of a recipe's id.
        terms: By kind of output.
        weights: By output name; {} for equal weights.
        regularization: L2 factor on the kernels of the output layers.
        penalty: Factor of the loss that a layer adds by itself.
        internal: Whether the loss is transformers' own, computed in the model's call().
        objects: In cases.keras, as "module:name".
    """

    name: str
    terms: Mapping[str, Term]
    weights: Mapping[str, float] = field(default_factory=dict)
    regularization: float = 0.0
    penalty: float = 0.0
    internal: bool = False
    objects: tuple[str, ...] = ()


def resolve(named: str | Callable[[Any], Any], keras: Any) -> Any:
    """A name stays as it is; an object is made, anew each time."""
    return named if isinstance(named, str) else named(keras)


def penalty(loss: Loss) -> Any:
    """The layer between backbone and head that adds a loss by itself, or None."""
    return custom_object("layers:ActivityPenalty")(loss.penalty, name="penalty") if loss.penalty else None


def mean_absolute_error(keras: Any) -> Any:
    return keras.metrics.MeanAbsoluteError()


def accuracy_of_logits(keras: Any) -> Any:
    """A logit above 0 is a probability above 0.5."""
    return keras.metrics.BinaryAccuracy(threshold=0.0)


BY_STRING = {
    CLASS: Term("softmax", indices, "sparse_categorical_crossentropy", "accuracy"),
    FLAGS: Term("sigmoid", floats, "binary_crossentropy", "binary_accuracy"),
    VALUE: Term("linear", floats, "mean_squared_error", mean_absolute_error),
}

FROM_LOGITS = {
    CLASS: Term(
        "linear",
        indices,
        lambda keras: keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        "accuracy",
    ),
    FLAGS: Term(
        "linear",
        floats,
        lambda keras: keras.losses.BinaryCrossentropy(from_logits=True),
        accuracy_of_logits,
    ),
}

SMOOTHED = {
    CLASS: Term(
        "softmax",
        one_hot,
        lambda keras: keras.losses.CategoricalCrossentropy(label_smoothing=0.1),
        "accuracy",
    ),
    FLAGS: Term(
        "sigmoid",
        floats,
        lambda keras: keras.losses.BinaryCrossentropy(label_smoothing=0.1),
        "binary_accuracy",
    ),
}

HUBER = {VALUE: Term("linear", floats, lambda keras: keras.losses.Huber(delta=0.25), mean_absolute_error)}

# For classes: one against the rest.
BINARY = {
    CLASS: Term("sigmoid", one_hot, lambda keras: keras.losses.BinaryCrossentropy(), "categorical_accuracy"),
    FLAGS: Term("sigmoid", floats, lambda keras: keras.losses.BinaryCrossentropy(), "binary_accuracy"),
}

CUSTOM_MSE = {
    CLASS: Term("softmax", one_hot, lambda keras: custom_object("layers:custom_mse"), "accuracy"),
    FLAGS: Term("sigmoid", floats, lambda keras: custom_object("layers:custom_mse"), "binary_accuracy"),
    VALUE: Term("linear", floats, lambda keras: custom_object("layers:custom_mse"), mean_absolute_error),
}

# Not the default gamma, so that a get_config that forgets it shows.
FOCAL_REGISTERED = {
    CLASS: Term("softmax", one_hot, lambda keras: custom_object("layers:RegisteredFocalLoss")(gamma=1.5), "accuracy")
}
FOCAL_UNREGISTERED = {
    CLASS: Term("softmax", one_hot, lambda keras: custom_object("layers:FocalLoss")(gamma=1.5), "accuracy")
}

# "auto" is transformers' word for it, and what its compile() takes when it is given no loss.
INTERNAL = {
    CLASS: Term("linear", indices, "auto", "accuracy"),
    VALUE: Term("linear", floats, "auto", mean_absolute_error),
}

_ALL = (
    Loss("by_string", BY_STRING),
    Loss("from_logits", FROM_LOGITS),
    Loss("smoothed", SMOOTHED),
    Loss("huber", HUBER),
    Loss("binary", BINARY),
    Loss("custom_mse", CUSTOM_MSE, objects=("layers:custom_mse",)),
    Loss("focal_registered", FOCAL_REGISTERED, objects=("layers:RegisteredFocalLoss",)),
    Loss("focal_unregistered", FOCAL_UNREGISTERED, objects=("layers:FocalLoss",)),
    Loss("layer_loss", BY_STRING, penalty=0.1, objects=("layers:ActivityPenalty",)),
    Loss("weighted_dict", BY_STRING, weights={"sentiment": 1.0, "rating": 0.5, "topics": 0.25}),
    Loss("regularized", BY_STRING, regularization=0.01),
    Loss("own_loss", INTERNAL, internal=True),
)

LOSSES = {each.name: each for each in _ALL}
