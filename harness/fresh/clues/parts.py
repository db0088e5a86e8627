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

#: Those of them that a process does not have until it imports them.
_PACKAGES = frozenset(["keras_hub", "keras_nlp", "transformers"])

#: What a layer keeps that Keras serializes with it.
_OF_WEIGHTS = ("kernel", "bias", "embeddings", "recurrent", "beta", "gamma", "depthwise", "pointwise")
_ATTRIBUTES = (
    *("activation", "recurrent_activation", "activity_regularizer", "_activity_regularizer"),
    *(f"{weight}_{what}" for weight in _OF_WEIGHTS for what in ("initializer", "regularizer", "constraint")),
)


def is_own(thing: Any) -> bool:
    """Whether a class or a function is of the model's author."""
    return package_of(thing) not in {"", *_LIBRARIES}


def own_attributes(part: Any) -> dict[str, Any]:
    """What the author's class keeps in a layer or a model, by name; what every layer or model has is Keras' own."""
    from tensorflow import keras

    of_keras = _of_models() if isinstance(part, keras.Model) else _of_layers()
    wrapped = ("_self_", "_keras", "_tf", "_obj_reference")
    return {name: value for name, value in vars(part).items() if name not in of_keras and not name.startswith(wrapped)}


@functools.cache
def _of_layers() -> frozenset[str]:
    from tensorflow import keras

    # With names of their own, so that no layer that gets its name from a counter is counted on.
    return frozenset({*vars(keras.layers.Layer(name="of_every_layer")), "built"})


@functools.cache
def _of_models() -> frozenset[str]:
    from tensorflow import keras

    model = keras.Sequential(name="of_every_model")
    model.compile()
    return frozenset({*_of_layers(), *vars(keras.Model(name="of_every_model")), *vars(model)})


def library_parts(model: Any) -> Iterator[tuple[str, Any]]:
    """The layers of which a package has the class that Keras itself does not import: the first of each class."""
    seen = set[type]()
    for where, part in parts_of(model):
        kind = type(part)
        if package_of(kind) in _PACKAGES and not hasattr(part, "__name__") and kind not in seen:
            seen.add(kind)
            yield where, part


def package_of(thing: Any) -> str:
    return str(getattr(thing, "__module__", None) or "").partition(".")[0]


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
