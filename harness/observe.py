"""Observe a live model: the same function before saving and after loading.

Observing changes nothing that a later save, step or prediction could see.
"""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Iterable, Mapping

import numpy as np

from harness.aspects import LOOKS, Look, Sight, why
from harness.aspects.signature import served_signature
from harness.aspects.state import arrays
from harness.batches import Inputs, by_name, flatten, tensors
from harness.canonical import canonical
from harness.case import ASPECTS, PREDICTIONS, PROBE, SIGNATURE, WARNINGS, WEIGHTS, Observation
from harness.dialect import named

Probe = Callable[[Any, Any, Any], Mapping[str, Any]]


def observe(model: Any, inputs: Inputs, aspects: Iterable[str] = LOOKS, *, probe: Probe | None = None) -> Observation:
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
    looks: dict[str, Look] = {aspect: look for aspect, look in LOOKS.items() if aspect in wanted}
    if probe is not None:
        look = probe
        looks[PROBE] = lambda sight: dict(canonical(look(sight.model, *sight.inputs.data[:2])))
    sight = Sight(model, inputs)
    return _seen({aspect: partial(look, sight) for aspect, look in looks.items()})


def observe_served(served: Any, inputs: Inputs) -> Observation:
    """Reduce what tf.saved_model.load returned to the facts that an inference-only load can show."""
    looks = {
        PREDICTIONS: lambda: _served_predictions(served, inputs),
        WEIGHTS: lambda: arrays(named(each for each in _served_variables(served) if each is not None)),
        SIGNATURE: lambda: served_signature(served, inputs),
    }
    hidden = {
        aspect: "a serving load has a signature and variables, no Keras model"
        for aspect in ASPECTS
        if aspect not in (*looks, WARNINGS)
    }
    return Observation({}, hidden) | _seen(looks)


def _seen(looks: Mapping[str, Callable[[], Mapping[str, Any]]]) -> Observation:
    facts: dict[str, Mapping[str, Any]] = {}
    unobservable: dict[str, str] = {}
    for aspect, look in looks.items():
        try:
            facts[aspect] = look()
        except Exception as error:  # whatever a model raises when asked is what it shows
            unobservable[aspect] = why(error)
    return Observation(facts, unobservable)


def _served_variables(served: Any) -> Iterable[Any]:
    """All that a Keras model has written; what the signature uses, where something else has."""
    found: Iterable[Any] = getattr(served, "variables", None) or served.signatures["serving_default"].variables
    return found


def _served_predictions(served: Any, inputs: Inputs) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    signature = served.signatures["serving_default"]
    names = sorted(signature.structured_input_signature[1])
    for probe, x in inputs.probes.items():
        outputs = signature(**tensors(by_name(x, names)))
        facts.update({name: np.asarray(value) for name, value in flatten(probe, dict(outputs)).items()})
    return facts
