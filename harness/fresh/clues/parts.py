"""The parts of a model of which somebody wrote the code: layers, losses, metrics, functions."""

from __future__ import annotations

import functools
from typing import Any, Iterator, Mapping

from harness.fresh import dialects
from harness.fresh.layers import layers_within

#: Packages of which every process that has the library has the classes.
_LIBRARIES = frozenset(
    [
        "builtins",
        "functools",
        "harness",
        "keras",
        "keras_core",
        "keras_hub",
        "keras_nlp",
        "tensorflow",
        "tf_keras",
        "transformers",
    ]
)

#: What a layer keeps that Keras serializes with it.
_OF_WEIGHTS = ("kernel", "bias", "embeddings", "recurrent", "beta", "gamma", "depthwise", "pointwise")
_ATTRIBUTES = (
    *("activation", "recurrent_activation", "activity_regularizer", "_activity_regularizer"),
    *(f"{weight}_{what}" for weight in _OF_WEIGHTS for what in ("initializer", "regularizer", "constraint")),
)


def is_own(thing: Any) -> bool:
    """Whether a class or a function is of the model's author."""
    module = getattr(thing, "__module__", None) or "builtins"
    return str(module).partition(".")[0] not in _LIBRARIES


def own_attributes(part: Any) -> dict[str, Any]:
    """What the author's class keeps in a layer or a model, by name; what every layer or model has is Keras' own."""
    of_keras = _of_keras()
    wrapped = ("_self_", "_keras", "_tf", "_obj_reference")
    return {name: value for name, value in vars(part).items() if name not in of_keras and not name.startswith(wrapped)}


@functools.cache
def _of_keras() -> frozenset[str]:
    from tensorflow import keras

    # With names of their own, so that no layer that gets its name from a counter is counted on.
    layer, model = keras.layers.Layer(name="of_every_layer"), keras.Sequential(name="of_every_model")
    model.compile()
    return frozenset({*vars(layer), *vars(keras.Model(name="of_every_model")), *vars(model), "built"})


def name_of(thing: Any) -> str:
    return str(getattr(thing, "__name__", None) or type(thing).__name__)


def parts_of(model: Any) -> Iterator[tuple[str, Any]]:
    """(where, object or function): the model, its layers, what these are configured with, what it was compiled with."""
    yield "the model", model
    for path, layer in layers_within(model).items():
        yield f"layer {path!r}", layer
        for attribute in _ATTRIBUTES:
            part = getattr(layer, attribute, None)
            if part is not None:
                yield f"{attribute.strip('_')} of layer {path!r}", part
    if getattr(model, "optimizer", None) is None:
        return
    dialect = dialects.of_this_process()
    for part in _within(dialect.compile_arguments(model).get("loss")):
        yield "the loss", part
    for metric in dialect.metrics(model):
        yield f"metric {metric.name!r}", getattr(metric, "_fn", metric)
    optimizer = getattr(model.optimizer, "inner_optimizer", None) or model.optimizer
    yield "the optimizer", optimizer
    rate = getattr(optimizer, "_learning_rate", None)
    if hasattr(rate, "get_config"):
        yield "the learning rate schedule", rate


def own_parts(model: Any) -> Iterator[tuple[str, Any]]:
    """Those of which the author wrote the class or the function."""
    for where, part in parts_of(model):
        if is_own(part if hasattr(part, "__name__") else type(part)):
            yield where, part


def _within(nested: Any) -> Iterator[Any]:
    """Losses in lists and dicts; a place without one is None."""
    if isinstance(nested, Mapping):
        nested = list(nested.values())
    if isinstance(nested, (list, tuple)):
        for each in nested:
            yield from _within(each)
    elif nested is not None and not isinstance(nested, str):
        yield getattr(nested, "fn", nested)
