"""Observe a live model: the same function before saving and after loading.

Observing changes nothing that a later save, step or prediction could see.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, Callable, Iterable, Mapping

import numpy as np

from harness import dialect
from harness.canonical import canonical, canonical_loss
from harness.case import ASPECTS, COMPILE, CONFIG, EVALUATION, OPTIMIZER, PREDICTIONS, PROBE, WEIGHTS, Observation

#: Among the predictions: the names of a model's outputs, in order.
OUTPUT_NAMES = "output names"


_SAID = re.compile(r"\Ain user code:.*?^\s*(\w+(?:Error|Exception): [^\n]+)", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True)
class Inputs:
    """What a model is observed with.

    Attributes:
        data: (x, y) or (x, y, sample_weight), what it was trained and is evaluated on.
        probes: Inputs to predict on, by name.
    """

    data: tuple[Any, ...]
    probes: Mapping[str, Any]


class NotObservable(Exception):
    """This model cannot show this aspect; the message says why."""


Probe = Callable[[Any, Any, Any], Mapping[str, Any]]


def observe(model: Any, inputs: Inputs, aspects: Iterable[str] = ASPECTS, *, probe: Probe | None = None) -> Observation:
    """Reduce a live Keras model to named facts.

    Args:
        model: A Keras model. One that is not compiled shows no compile
            arguments, optimizer and evaluation.
        inputs: What to predict and to evaluate on.
        aspects: What to observe. Predictions come first, since they build
            a model that was not called yet.
        probe: The subject's own look at the model: (model, x, y) -> JSON values by name.

    Returns:
        Arrays and JSON values by aspect, then by name; and why an aspect is missing.
    """
    wanted = set(aspects)
    looks = dict(_LOOKS)
    if probe is not None:
        wanted.add(PROBE)
        looks[PROBE] = lambda model, inputs: dict(canonical(probe(model, *inputs.data[:2])))
    facts: dict[str, Mapping[str, Any]] = {}
    unobservable: dict[str, str] = {}
    for aspect, look in looks.items():
        if aspect in wanted:
            try:
                facts[aspect] = look(model, inputs)
            except Exception as error:  # whatever a model raises when asked is what it shows
                unobservable[aspect] = why(error)
    return Observation(facts, unobservable)


def observe_served(served: Any, inputs: Inputs) -> Observation:
    """Reduce what tf.saved_model.load returned to the facts that an inference-only load can show."""
    facts: dict[str, Mapping[str, Any]] = {}
    unobservable = {
        aspect: "a serving load has a signature and variables, no Keras model"
        for aspect in ASPECTS
        if aspect not in (WEIGHTS, PREDICTIONS)
    }
    for aspect, look in ((PREDICTIONS, _served_predictions), (WEIGHTS, _served_weights)):
        try:
            facts[aspect] = look(served, inputs)
        except Exception as error:
            unobservable[aspect] = why(error)
    return Observation(facts, unobservable)


def why(error: BaseException) -> str:
    """An exception in one line: its type, and the first line of its message."""
    if isinstance(error, NotObservable):
        return str(error)
    # "in user code:" and a traceback stand before what TensorFlow has to say.
    said = _SAID.search(str(error))
    lines = str(error).strip().splitlines() or [""]
    return said.group(1) if said else f"{type(error).__name__}: {lines[0]}".rstrip(": ")


def _predictions(model: Any, inputs: Inputs) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for probe, x in inputs.probes.items():
        outputs = model.predict(x, batch_size=_examples(x), verbose=0)
        facts.update(_flatten(probe, outputs))
        facts[f"{probe} structure"] = _structure(outputs)
    facts[OUTPUT_NAMES] = list(getattr(model, "output_names", None) or [])
    return facts


def _weights(model: Any, _: Inputs) -> dict[str, Any]:
    return _arrays(dialect.named(model.weights))


def _config(model: Any, _: Inputs) -> dict[str, Any]:
    try:
        return {"class": type(model).__name__, "config": canonical(model.get_config())}
    except NotImplementedError:
        raise NotObservable("the model has no get_config") from None


def _evaluation(model: Any, inputs: Inputs) -> dict[str, Any]:
    _require_compiled(model)
    x, y, *sample_weight = inputs.data
    values = model.evaluate(
        x, y, sample_weight=(sample_weight or [None])[0], batch_size=_examples(x), verbose=0, return_dict=True
    )
    return {name: np.asarray(value, dtype="float64") for name, value in values.items()}


def _compile(model: Any, _: Inputs) -> dict[str, Any]:
    _require_compiled(model)
    facts = {
        name: canonical_loss(value) if name == "loss" else canonical(value)
        for name, value in dialect.compile_arguments(model).items()
    }
    # What the metrics became: "accuracy" is resolved by the shapes of labels and outputs, and
    # some formats keep the string, others what it was resolved to.
    facts["metrics"] = [canonical(each) for each in model.metrics]
    return facts


def _optimizer(model: Any, _: Inputs) -> dict[str, Any]:
    _require_compiled(model)
    optimizer = model.optimizer
    dialect.create_slots(optimizer, model.trainable_variables)
    return {
        "class": type(optimizer).__name__,
        "config": canonical(optimizer.get_config()),
        "learning rate now": dialect.learning_rate_now(optimizer),
        **_arrays(dialect.optimizer_variables(optimizer)),
    }


def _served_predictions(served: Any, inputs: Inputs) -> dict[str, Any]:
    import tensorflow as tf

    facts: dict[str, Any] = {}
    signature = served.signatures["serving_default"]
    for probe, x in inputs.probes.items():
        outputs = signature(**{name: tf.constant(value) for name, value in _by_name(x, signature).items()})
        facts.update(_flatten(probe, {name: value.numpy() for name, value in outputs.items()}))
    return facts


def _served_weights(served: Any, _: Inputs) -> dict[str, Any]:
    return _arrays(dialect.named(each for each in served.variables if each is not None))


def _by_name(x: Any, signature: Any) -> Mapping[str, Any]:
    if isinstance(x, Mapping):
        return x
    names = sorted(signature.structured_input_signature[1])
    return dict(zip(names, x if isinstance(x, (list, tuple)) else [x]))


# In this order: a model that was not called yet has no weights, and metrics are resolved by evaluating.
_LOOKS: Mapping[str, Callable[[Any, Inputs], Mapping[str, Any]]] = {
    PREDICTIONS: _predictions,
    EVALUATION: _evaluation,
    WEIGHTS: _weights,
    CONFIG: _config,
    COMPILE: _compile,
    OPTIMIZER: _optimizer,
}


def _require_compiled(model: Any) -> None:
    if getattr(model, "optimizer", None) is None:
        raise NotObservable("the model is not compiled")


def _arrays(variables: Mapping[str, Any]) -> dict[str, Any]:
    return {name: dialect.value_of(variable) for name, variable in variables.items()}


def _examples(x: Any) -> int:
    while isinstance(x, (Mapping, list, tuple)):
        x = next(iter(x.values())) if isinstance(x, Mapping) else x[0]
    return len(x)


def _flatten(path: str, value: Any) -> dict[str, Any]:
    """Name every leaf by its path: "same", "same/0", "same/sentiment"."""
    if isinstance(value, Mapping):
        items: Iterable[tuple[Any, Any]] = value.items()
    elif isinstance(value, (list, tuple)):
        items = enumerate(value)
    else:
        return {path: np.asarray(value)}
    return {name: leaf for key, each in items for name, leaf in _flatten(f"{path}/{key}", each).items()}


def _structure(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _structure(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_structure(each) for each in value]
    return "array"
