"""Observe a live model: the same function before saving and after loading.

Observing changes nothing that a later save, step or prediction could see.
"""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import Any, Callable, Iterable, Iterator, Mapping

import numpy as np

from harness.formats.format import Runtime
from harness.fresh import dialects
from harness.fresh.aspects import LOOKS, Look, Sight, hidden
from harness.fresh.aspects.signature import INPUT, served_signature
from harness.fresh.probe import facts_of
from harness.fresh.runtimes import Running, running
from harness.fresh.serving import Served, endpoint_of, signature_of
from harness.fresh.tensors import named_outputs
from harness.fresh.variables import arrays, is_generator, named, value_of
from harness.nouns import ASPECTS, PREDICTIONS, PROBE, SIGNATURE, WARNINGS, WEIGHTS
from harness.observation import Hidden, Observation
from harness.record.batches import Inputs

Probe = Callable[[Any, Any, Any], Any]


def observe(model: Any, inputs: Inputs, aspects: Iterable[str] = LOOKS, *, probe: Probe | None = None) -> Observation:
    """Reduce a live Keras model to named facts.

    Args:
        model: A Keras model. One that is not compiled shows no compile
            arguments, optimizer and evaluation.
        inputs: What to predict and to evaluate on.
        aspects: What to observe. Predictions come first, since they build
            a model that was not called yet.
        probe: The subject's own look at the model: (model, x, y) -> a JSON value, or several by name.

    Returns:
        Arrays and JSON values by aspect, then by name; and why an aspect is missing.
    """
    wanted = set(aspects)
    looks: dict[str, Look] = {aspect: look for aspect, look in LOOKS.items() if aspect in wanted}
    if probe is not None:
        look = probe
        looks[PROBE] = lambda sight: facts_of(look(sight.model, *sight.data[:2]))
    sight = Sight(model, inputs)
    seen = _seen({aspect: partial(look, sight) for aspect, look in looks.items()})
    return replace(seen, calls={PREDICTIONS: tuple(sight.calls)} if sight.calls else {})


def observe_served(loaded: Any, inputs: Inputs, dtypes: Mapping[str, str]) -> Observation:
    """Reduce what tf.saved_model.load returned to the facts that an inference-only load can show.

    Args:
        loaded: What tf.saved_model.load returned.
        inputs: What to call its signature with.
        dtypes: What the model that was saved took, by the names of its inputs.
    """
    looks = {
        PREDICTIONS: lambda: _served_predictions(signature_of(loaded, dtypes), inputs),
        WEIGHTS: lambda: arrays(named(_served_variables(loaded), dialects.of_this_process().served_name)),
        SIGNATURE: lambda: served_signature(signature_of(loaded, dtypes), inputs.data[0]),
    }
    return _no_model("a serving load has a signature and variables, no Keras model") | _seen(looks)


def observe_layer(layer: Any, inputs: Inputs, dtypes: Mapping[str, str]) -> Observation:
    """The same of a TFSMLayer, which has weights, and calls an endpoint with the structure that it was traced with."""
    looks: dict[str, Callable[[], Mapping[str, Any]]] = {
        PREDICTIONS: lambda: _served_predictions(endpoint_of(layer, dtypes), inputs),
        WEIGHTS: lambda: _layer_weights(layer),
        SIGNATURE: lambda: served_signature(endpoint_of(layer, dtypes), inputs.data[0]),
    }
    return _no_model("a TFSMLayer has weights and an endpoint, no Keras model") | _seen(looks)


def observe_runtime(runtime: Runtime, inputs: Inputs, dtypes: Mapping[str, str]) -> Observation:
    """The same of what a runtime without TensorFlow has read: a function, whose variables nobody sees."""
    function = running(runtime, dtypes)
    looks: dict[str, Callable[[], Mapping[str, Any]]] = {
        PREDICTIONS: lambda: _served_predictions(function, inputs),
        SIGNATURE: lambda: served_signature(function, inputs.data[0]),
    }
    why = "a runtime has a function, no Keras model and no variables"
    return _no_model(why) | Observation({}, {WEIGHTS: Hidden(why)}) | _seen(looks)


def dtypes_taken(seen: Observation) -> dict[str, str]:
    """What a model was seen to take, by the names of its inputs, in their order."""
    declared = seen.facts.get(SIGNATURE, {})
    return {name[len(INPUT) :]: fact[0] for name, fact in declared.items() if name.startswith(INPUT)}


def _no_model(why: str) -> Observation:
    shown = (PREDICTIONS, WEIGHTS, SIGNATURE, WARNINGS)
    return Observation({}, {aspect: Hidden(why) for aspect in ASPECTS if aspect not in shown})


def _seen(looks: Mapping[str, Callable[[], Mapping[str, Any]]]) -> Observation:
    facts: dict[str, Mapping[str, Any]] = {}
    out_of_sight: dict[str, Hidden] = {}
    for aspect, look in looks.items():
        try:
            facts[aspect] = look()
        except Exception as error:  # whatever a model raises when asked is what it shows
            out_of_sight[aspect] = hidden(error)
    return Observation(facts, out_of_sight)


def _served_variables(served: Any) -> Iterator[Any]:
    """All that a Keras model has written; what the signature uses, where something else has."""
    found: Iterable[Any] = getattr(served, "variables", None) or served.signatures["serving_default"].variables
    return (each for each in found if each is not None and not is_generator(each))


def _served_predictions(served: Served | Running, inputs: Inputs) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for probe, x in inputs.probes.items():
        facts.update(named_outputs(probe, served.call(x)))
    return facts


def _layer_weights(layer: Any) -> dict[str, Any]:
    """Its weights under the names and in the order of what it was made of: it writes "_" for "/", and sorts otherwise.

    Several may have one name; of these the one with the value of what it was made of. State that nothing trains, and
    that the layer does not list, is in it all the same: what a Normalization was adapted to is a constant of the graph.
    """
    dialect = dialects.of_this_process()
    served_name = dialect.served_name
    weights = named((each for each in layer.weights if not is_generator(each)), served_name)
    rest = {name: (served_name(each), value_of(each)) for name, each in weights.items()}
    found: dict[str, Any] = {}
    for name, made_of in named(_served_variables(dialect.made_of(layer)), served_name).items():
        short, value = served_name(made_of).replace("/", "_"), value_of(made_of)
        same_name = [key for key, (each, _) in rest.items() if each == short]
        same = [key for key in same_name if np.array_equal(rest[key][1], value)]
        if same_name:
            found[name] = rest.pop((same or same_name)[0])[1]
        elif not getattr(made_of, "trainable", True):
            found[name] = value
    return {**found, **{name: value for name, (_, value) in rest.items()}}
