"""How a model is made: config, class, names, precision, what is trainable, how it was compiled."""

from __future__ import annotations

from math import prod
from typing import Any, Iterator

from harness.fresh import dialects
from harness.fresh.aspects.sight import NotObservable, Sight
from harness.fresh.canonical import canonical, canonical_loss
from harness.fresh.layers import layers_within
from harness.fresh.optimizers import in_place, optimizers_of
from harness.fresh.variables import named, shape_of
from harness.nouns import OUTPUTS, WEIGHT
from harness.record.batches import structure

_METHODS = ("call", "train_step", "test_step", "predict_step", "compute_loss", "compute_metrics", "compile", "fit")


def config(sight: Sight) -> dict[str, Any]:
    try:
        return {"config": canonical(sight.model.get_config())}
    except NotImplementedError:  # what Keras' own raises for a class that does not define it
        raise NotObservable("the model has no get_config") from None


def class_(sight: Sight) -> dict[str, Any]:
    """The name of the class, and the methods that are its own or its user's, not Keras'."""
    kind = type(sight.model)
    return {
        "class": kind.__name__,
        "overrides": [
            name
            for name in _METHODS
            if not (getattr(getattr(kind, name, None), "__module__", None) or "keras").startswith(("keras", "tf_keras"))
        ],
    }


def names(sight: Sight) -> dict[str, Any]:
    """Layers as get_layer finds them, inputs and outputs in order, and the structure of what predict returns."""
    model = sight.model
    outputs = {"structure": structure(next(iter(sight.outputs.values())))} if sight.is_callable else {}
    return {
        "layers": list(_layer_names(model, "")),
        "inputs": list(sight.takes or {}),
        OUTPUTS: list(getattr(model, "output_names", None) or []),
        **outputs,
    }


def _layer_names(model: Any, path: str) -> Iterator[str]:
    for layer in model.layers:
        yield f"{path}{layer.name}"
        if hasattr(layer, "layers"):
            yield from _layer_names(layer, f"{path}{layer.name}/")


def precision(sight: Sight) -> dict[str, Any]:
    """[policy, compute dtype, variable dtype] of every layer; whether and how each optimizer scales the loss."""
    dialect = dialects.of_this_process()
    facts: dict[str, Any] = {
        f"layer/{path}": dialect.precision_of(layer) for path, layer in layers_within(sight.model).items()
    }
    for place, each in {"": None, **optimizers_of(sight.model)}.items():
        scale, scaling, counter = dialect.loss_scale(each)
        if not place or scaling != "none":  # what is lost with an optimizer is told of that
            facts[in_place(place, "loss scale")] = scale
            facts[in_place(place, "loss scaling")] = scaling
            facts[in_place(place, "loss scale counter")] = counter
    return facts


def trainable(sight: Sight) -> dict[str, Any]:
    """The flag of every layer and of every variable, and how many numbers training moves and does not."""
    model = sight.model
    moved = {id(each) for each in model.trainable_weights}
    variables = {name: each for name, each in named(model.weights).items() if hasattr(each, "shape")}
    sizes = {name: prod(shape_of(each)) for name, each in variables.items()}
    return {
        "model": bool(model.trainable),
        **{f"layer/{path}": bool(layer.trainable) for path, layer in layers_within(model).items()},
        **{f"{WEIGHT}{name}": id(each) in moved for name, each in variables.items()},
        "trainable count": sum(sizes[name] for name, each in variables.items() if id(each) in moved),
        "frozen count": sum(sizes[name] for name, each in variables.items() if id(each) not in moved),
    }


def compile_(sight: Sight) -> dict[str, Any]:
    """What compile() was given, without the optimizer."""
    sight.require_compiled()
    dialect = dialects.of_this_process()
    facts = {
        name: canonical_loss(value) if name == "loss" else canonical(value)
        for name, value in dialect.compile_arguments(sight.model).items()
    }
    # What the metrics became: "accuracy" is resolved by the shapes of labels and outputs, and
    # some formats keep the string, others what it was resolved to.
    facts["metrics"] = [canonical(each) for each in dialect.metrics(sight.model)]
    facts["weighted metrics"] = dialect.weighted_metrics(sight.model)
    return facts
