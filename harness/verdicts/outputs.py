"""Outputs by what they are: one that came back under another name has lost its name, and not its values.

Facts about outputs are called "what/OUTPUT", by the paths of `harness.record.batches.flatten`: "same", "same/0",
"same/past/1".
"""

from __future__ import annotations

from typing import Any, Callable, Iterable, Mapping, Sequence

import numpy as np

from harness.nouns import LIVE, NAMES, OUTPUTS, PREDICTIONS, SIGNATURE, TOKENIZER
from harness.observation import Observation
from harness.record.arrays_and_json import is_array
from harness.verdict import Difference
from harness.verdicts.arrays import problems

#: An output's values, by what was predicted on.
Values = Mapping[str, Any]

#: How a call is noted that raises, before the name of the exception.
RAISES = "raises "

#: Where outputs are compared by name.
_OF_OUTPUTS = (PREDICTIONS, SIGNATURE, TOKENIZER)


def renamed(expected: Observation, actual: Observation, tolerance: float) -> dict[str, str]:
    """Pair the outputs that came back under another name: actual output -> expected output.

    The names that a model gives to its outputs say which is which; where nothing does, it is the one whose arrays,
    on every probe, are the same.

    Args:
        expected: What was seen before saving.
        actual: What was seen after the reload.
        tolerance: The largest gap between two floats that are the same (see `arrays.allowed`).
    """
    was, now = _by_output(expected.facts.get(PREDICTIONS, {})), _by_output(actual.facts.get(PREDICTIONS, {}))
    missing = {name: values for name, values in was.items() if name not in now}
    appeared = {name: values for name, values in now.items() if name not in was}
    if len(was) == len(now) == len(missing) == 1:
        return {next(iter(now)): next(iter(was))}
    by_name = _paired(missing, appeared, lambda before, after: _named_alike(before, expected, after, actual))
    by_value = _paired(
        {name: values for name, values in missing.items() if name not in by_name.values()},
        {name: values for name, values in appeared.items() if name not in by_name},
        lambda before, after: _same(missing[before], appeared[after], tolerance),
    )
    return {**by_name, **by_value}


def _paired(missing: Iterable[str], appeared: Iterable[str], fit: Callable[[str, str], bool]) -> dict[str, str]:
    """Actual output -> expected output, of those that fit, each once, in their order."""
    rest = list(missing)
    pairs = {}
    for after in appeared:
        found = next((before for before in rest if fit(before, after)), None)
        if found is not None:
            rest.remove(found)
            pairs[after] = found
    return pairs


def _named_alike(before: str, expected: Observation, after: str, actual: Observation) -> bool:
    """Whether a model calls the output at one place as the other names it: lists have places, dicts have names."""
    return _called(before, expected) == after or _called(after, actual) == before


def by_their_names(actual: Observation, pairs: Mapping[str, str]) -> Observation:
    """What was seen after the reload, its outputs under the names that they had."""
    facts = dict(actual.facts)
    for aspect in _OF_OUTPUTS:
        if pairs and aspect in facts:
            facts[aspect] = {_under(name, fact, pairs): fact for name, fact in facts[aspect].items()}
    return Observation(facts, actual.hidden, actual.said)


def names_lost(aspect: str, pairs: Mapping[str, str], expected: Observation) -> Difference:
    """That outputs have other names, once for all of them.

    Args:
        aspect: Where it is told.
        pairs: Actual output -> expected output; at least one.
        expected: What was seen before saving.
    """
    now, was = next(iter(pairs.items()))
    was, outputs = _called(was, expected), len(_by_output(expected.facts[PREDICTIONS]))
    count = f"{len(pairs)} of {outputs} outputs came back under another name"
    return Difference(aspect, was, f"{count}, the first {was!r} is now {now!r}")


def calls_that_raise(observation: Observation, other: Observation) -> Observation:
    """What was seen, with one fact for each call that raises on the other side: that this one answers, or raises too.

    What is raised is no fact: a graph refuses in other words than the Python that it was traced from.
    """
    facts = dict(observation.facts.get(SIGNATURE, {}))
    for call in [name for name, fact in other.facts.get(SIGNATURE, {}).items() if _raises(fact)]:
        about = [name for name in facts if name.partition("/")[0] == call]
        fact = RAISES.strip() if _raises(facts.get(call)) else "answers"
        facts = {**{name: each for name, each in facts.items() if name not in about}, **({call: fact} if about else {})}
    known = {SIGNATURE: facts} if SIGNATURE in observation.facts else {}
    return Observation({**observation.facts, **known}, observation.hidden, observation.said)


def _raises(fact: Any) -> bool:
    return isinstance(fact, str) and fact.startswith(RAISES)


def swapped(expected: Observation, actual: Observation, tolerance: float) -> dict[str, str]:
    """Outputs that have changed places: the name -> the name under which its values were expected."""
    was, now = _by_output(expected.facts.get(PREDICTIONS, {})), _by_output(actual.facts.get(PREDICTIONS, {}))
    if set(was) != set(now):
        return {}
    moved = [name for name in was if not _same(was[name], now[name], tolerance)]
    found: dict[str, str] = {}
    for name in moved:
        rest = (each for each in moved if each not in found.values() and _same(was[each], now[name], tolerance))
        found[name] = next(rest, name)
    return found if len(set(found.values())) == len(moved) and all(a != b for a, b in found.items()) else {}


def told_as_swapped(differences: Iterable[Difference], places: Mapping[str, str]) -> list[Difference]:
    """Differences, where those of the values of outputs that have changed places are one, which says so."""
    if not places:
        return list(differences)
    name, instead = next(iter(places.items()))
    problem = f"{len(places)} outputs are swapped: the first, {name!r}, has the values of {instead!r}"
    ours = [each for each in differences if each.aspect == PREDICTIONS and _output(each.name) in places]
    first = ours[0].name if ours else ""
    rest = [each for each in differences if each not in ours]
    return [Difference(PREDICTIONS, first, problem), *rest]


def _by_output(facts: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    found: dict[str, dict[str, Any]] = {}
    for name, value in facts.items():
        if not name.startswith(LIVE):
            found.setdefault(_output(name), {})[name.partition("/")[0]] = value
    return found


def _output(name: str) -> str:
    """The output that a fact is about; "" for one that is returned bare."""
    return name[len(LIVE) :].partition("/")[2] if name.startswith(LIVE) else name.partition("/")[2]


def _called(output: str, observation: Observation) -> str:
    """What the model calls the output at a place: that of a list, or the only one."""
    names: Sequence[str] = observation.facts.get(NAMES, {}).get(OUTPUTS, [])
    place = int(output) if output.isdigit() else 0 if not output else len(names)
    return names[place] if place < len(names) else output


def _same(expected: Values, actual: Values, tolerance: float) -> bool:
    return set(expected) == set(actual) and all(
        is_array(expected[probe])
        and is_array(actual[probe])
        and not any(problems(np.asarray(expected[probe]), np.asarray(actual[probe]), tolerance))
        for probe in expected
    )


def _under(name: str, fact: Any, pairs: Mapping[str, str]) -> str:
    about, _, output = name.partition("/")
    # Token ids, and what a model takes, are not what it gives; nor does a call that raises give anything.
    gives = (is_array(fact) or about == "output") and not about.endswith((" ids", " mask"))
    return f"{about}/{pairs[output]}".rstrip("/") if gives and output in pairs else name


def as_served(facts: Mapping[str, Any], outputs: Sequence[str], served: Mapping[str, Any]) -> dict[str, Any]:
    """Facts about outputs, under the names that a signature gives them.

    A signature returns a flat dict: {"dense": ...} for one output that `predict` returns bare;
    for outputs without a name {"output_0": ...} from `export`, {"output_1": ...} from `save`.

    Args:
        facts: Of a Keras model, by output as `flatten` names them: "same", "same/0", "same/label".
            What is not about outputs keeps its name: "input/ids", "takes int64".
        outputs: The names of the model's outputs, in order.
        served: Of its signature: "same/dense".
    """
    renamed: dict[str, Any] = {}
    for name, value in facts.items():
        about, _, output = name.partition("/")
        position = _place(output, outputs)
        unnamed = f"output_{position + (f'{about}/output_0' not in served)}"
        candidates = (output, *outputs[position : position + 1], *([unnamed] if position >= 0 else []))
        known = [each for each in candidates if f"{about}/{each}" in served]
        kept = name in served or about == "input" or about.startswith("takes ")
        renamed[name if kept else f"{about}/{(known or [output])[0]}".rstrip("/")] = value
    return renamed


def _place(output: str, outputs: Sequence[str]) -> int:
    """The place of an output among all, if its name says it; -1 for one inside of something."""
    if output.isdigit() or not output:
        return int(output or 0)
    return outputs.index(output) if output in outputs else -1
