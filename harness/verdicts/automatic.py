"""Names that nobody wrote: Keras makes them of a class, and of how many of it were made in the process so far.

Where a layer, a metric or an input has such a name before saving and after the reload, at the same place and of the
same class, another number is no loss. A name that somebody wrote is one, whatever stands in its place.
"""

from __future__ import annotations

import re
from typing import Any, Iterator, Mapping, NamedTuple

from harness.nouns import (
    CLASS,
    COMPILE,
    CONFIG,
    EVALUATION,
    NAMES,
    OPTIMIZER,
    OUTPUTS,
    PRECISION,
    RESUME,
    SIGNATURE,
    TRAINABLE,
    WEIGHTS,
)
from harness.observation import Observation

#: Actual name -> expected name.
Names = Mapping[str, str]

#: What inputs are called that have no name: by Keras 2, and by Keras 3 when they are made, or come from a config.
_INPUT = re.compile(r"input_\d+|keras_tensor(_\d+)?|input_layer(_\d+)?")
#: What Keras 2 puts behind the name of the first layer of a Sequential.
_OF_A_LAYER = "_input"
#: Classes whose objects have other names than their own.
_ALSO = {"Functional": ("model", "functional"), "Model": ("model",), "InputLayer": ("input",)}
#: Where a config speaks of layers by name.
_REFERENCES = ("inbound_nodes", "input_layers", "output_layers", "keras_history")
#: Where facts are called by the names of layers.
_OF_LAYERS = (WEIGHTS, PRECISION, TRAINABLE, OPTIMIZER, RESUME)


class Renumbered(NamedTuple):
    """What has another automatic name."""

    layers: Names
    inputs: Names
    metrics: Names


def renumbered(expected: Observation, actual: Observation) -> Renumbered:
    """The automatic names that came back as others, by place: in the config, among inputs, among metrics."""
    layers = _paired(_whole(expected), _whole(actual))
    layers.update({f"{now}{_OF_A_LAYER}": f"{was}{_OF_A_LAYER}" for now, was in layers.items()})
    was, now = _inputs(expected, actual)
    pairs = zip(now, was) if len(was) == len(now) else ()
    inputs = {
        after: before
        for after, before in pairs
        if after != before and (layers.get(after) == before or (_INPUT.fullmatch(after) and _INPUT.fullmatch(before)))
    }
    metrics = _paired(expected.facts.get(COMPILE, {}), actual.facts.get(COMPILE, {}))
    return Renumbered(layers, inputs if set(was) != set(now) else {}, metrics)


def by_their_numbers(actual: Observation, found: Renumbered) -> Observation:
    """What was seen after the reload, told by the automatic names of before."""
    if not any(found):
        return actual
    facts = dict(actual.facts)
    if CONFIG in facts:
        facts[CONFIG] = {name: _told(fact, found.layers) for name, fact in facts[CONFIG].items()}
    if COMPILE in facts:
        facts[COMPILE] = {name: _told(fact, found.metrics) for name, fact in facts[COMPILE].items()}
    if NAMES in facts:
        facts[NAMES] = {**facts[NAMES], **_lists(facts[NAMES], found)}
    for aspect in _OF_LAYERS:
        if aspect in facts:
            facts[aspect] = {_path(name, found.layers): fact for name, fact in facts[aspect].items()}
    for aspect in (EVALUATION, RESUME):
        if aspect in facts:
            facts[aspect] = {_last(name, found.metrics, " "): fact for name, fact in facts[aspect].items()}
    if SIGNATURE in facts:
        of = {"input": found.inputs, "output": found.layers}
        facts[SIGNATURE] = {
            _last(name, of.get(name.partition("/")[0], {}), "/"): fact for name, fact in facts[SIGNATURE].items()
        }
    return Observation(facts, actual.hidden, actual.said)


def is_automatic(name: str, kind: str) -> bool:
    """Whether Keras would give this name to an object of a class that gets none: "dense_2" to a Dense."""
    stem = re.sub(r"_\d+$", "", name)
    # An operation of TensorFlow in a functional model of Keras 2 is called after it: "tf.math.add_1".
    return stem in (_snake_case(kind), *_ALSO.get(kind, ())) or (kind.endswith("OpLambda") and stem.startswith("tf."))


def _snake_case(kind: str) -> str:
    """As both Keras spell a class in a name: "GlobalAveragePooling1D" is "global_average_pooling1d"."""
    apart = re.sub(r"(.)([A-Z][a-z0-9]+)", r"\1_\2", re.sub(r"\W+", "", kind))
    return re.sub(r"([a-z])([A-Z])", r"\1_\2", apart).lower()


def _inputs(expected: Observation, actual: Observation) -> tuple[list[str], list[str]]:
    """The inputs of both sides, in order; of a signature, which has them by name, those that are not on the other."""
    if NAMES in expected.facts and NAMES in actual.facts:
        return expected.facts[NAMES].get("inputs", []), actual.facts[NAMES].get("inputs", [])
    was, now = (
        [name.partition("/")[2] for name in each.facts.get(SIGNATURE, {}) if name.startswith("input/")]
        for each in (expected, actual)
    )
    return sorted(set(was) - set(now)), sorted(set(now) - set(was))


def _whole(observation: Observation) -> Any:
    """The config of a model as that of a layer: with its class."""
    facts = observation.facts
    return {"class": facts.get(CLASS, {}).get("class"), "config": facts.get(CONFIG, {}).get("config")}


def _paired(expected: Any, actual: Any) -> dict[str, str]:
    """Actual name -> expected name of what both have at one place, of one class, under automatic names.

    Where all names are the same ones, none has got another number: what has changed places is told as that.
    """
    was = [name for _, name in _objects(expected)]
    now = [name for _, name in _objects(actual)]
    if set(was) == set(now):
        return {}
    pairs: dict[str, set[str]] = {}
    for before, after in _places(expected, actual):
        pairs.setdefault(after, set()).add(before)
    # A name that is used twice may stand for two things; then nobody knows which one a fact is called by.
    return {after: min(befores) for after, befores in pairs.items() if len(befores) == 1 and {after} != befores}


def _named(value: Any) -> tuple[str, str] | None:
    """(class, name) of the config of an object."""
    config = value.get("config") if isinstance(value, Mapping) else None
    kind = value.get("class_name", value.get("class")) if isinstance(value, Mapping) else None
    name = config.get("name") if isinstance(config, Mapping) else None
    return (kind, name) if isinstance(kind, str) and isinstance(name, str) else None


def _objects(value: Any) -> Iterator[tuple[str, str]]:
    found = _named(value)
    if found:
        yield found
    for each in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _objects(each)


def _places(expected: Any, actual: Any) -> Iterator[tuple[str, str]]:
    was, now = _named(expected), _named(actual)
    if was and now and was[0] == now[0] and is_automatic(was[1], was[0]) and is_automatic(now[1], now[0]):
        yield was[1], now[1]
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        for key in expected:
            yield from _places(expected[key], actual.get(key))
    elif isinstance(expected, list) and isinstance(actual, list) and len(expected) == len(actual):
        for before, after in zip(expected, actual):
            yield from _places(before, after)


def _told(config: Any, names: Names, refers: bool = False) -> Any:
    """A config, by other names: where it has one, and where it refers to one."""
    if isinstance(config, Mapping):
        return {key: _told(each, names, refers or key in (*_REFERENCES, "name")) for key, each in config.items()}
    if isinstance(config, list):
        return [_told(each, names, refers) for each in config]
    return names.get(config, config) if refers and isinstance(config, str) else config


def _lists(facts: Mapping[str, Any], found: Renumbered) -> dict[str, Any]:
    return {
        "layers": [_path(name, found.layers) for name in facts.get("layers", [])],
        "inputs": [found.inputs.get(name, name) for name in facts.get("inputs", [])],
        OUTPUTS: [found.layers.get(name, name) for name in facts.get(OUTPUTS, [])],
    }


def _path(name: str, layers: Names) -> str:
    return "/".join(layers.get(part, part) for part in name.split("/"))


def _last(name: str, names: Names, mark: str) -> str:
    """A fact's name, of which the last part is another one."""
    head, between, last = name.rpartition(mark)
    return f"{head}{between}{names.get(last, last)}"
