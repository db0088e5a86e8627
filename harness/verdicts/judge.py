"""Judge one round trip: what became of each aspect, and how far a number may be off."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import Any, Iterable, Iterator, Mapping, Sequence

from harness.formats import PACKAGED, find_format
from harness.formats.format import OF_A_GRAPH_IN_HALF_PRECISION
from harness.nouns import (
    ASPECTS,
    BARE,
    CODE,
    LIVE,
    NAMES,
    OUTPUTS,
    PRECISION,
    PREDICTIONS,
    PROBE,
    REBUILD,
    RESAVE,
    RESUME,
    SERVED,
    SIGNATURE,
    STEP,
    WARNINGS,
    WEIGHTS,
    Case,
)
from harness.observation import UNDECLARED, Hidden, Observation
from harness.record.arrays_and_json import is_text
from harness.verdict import Difference, Finding, Kept, Lost, Unseen
from harness.verdicts import outputs
from harness.verdicts.automatic import by_their_numbers, renumbered
from harness.verdicts.compare import aspects, compare, unseen
from harness.verdicts.loader_messages import HARMLESS, meaning

#: Absolute gap between floats that two environments, or two processors, may compute apart. In the crossing of eight
#: rows that docs/compatibility.md shows, predictions, from ids or from text, were within it, or off by 0.2 and more in
#: what is told first: nothing was in between. The gold records of one row on two processors: up to 6e-08.
OF_ANOTHER_PLACE = 1e-6


def judge(case: Case, expected: Observation, actual: Observation, tolerance: float = 0.0) -> dict[str, Finding]:
    """Say what became of each aspect between two looks at a model; `resave` is not among them.

    Args:
        case: The cell.
        expected: What was seen before saving.
        actual: What was seen after the reload.
        tolerance: Gap allowed between floats where the format allows less.
    """
    expected, actual = _told_alike(case, expected, actual)
    allowed = tolerances(case, expected, tolerance)
    names = outputs.renamed(expected, actual, allowed[PREDICTIONS])
    actual = _as_live(expected, outputs.by_their_names(actual, names))
    swapped = outputs.swapped(expected, actual, allowed[PREDICTIONS])
    compared = outputs.told_as_swapped(compare(expected, actual, allowed), swapped)
    differences = (
        *compared,
        *_names_of_outputs(case, names, expected, compared),
        *_admitted(_loaders_own(case, expected.said, actual.said)),
    )
    promised = find_format(case.format).keeps[case.loader]
    hidden = unseen(expected, actual)
    findings: dict[str, Finding] = {}
    for aspect in aspects(expected, actual):
        found = tuple(each for each in differences if each.aspect == aspect)
        if aspect == RESAVE:
            continue
        if aspect in hidden and aspect != WARNINGS:
            findings[aspect] = _out_of_sight(aspect, hidden[aspect], found, aspect in promised)
        else:
            findings[aspect] = Lost(found) if found else Kept()
    return findings


def _told_alike(case: Case, expected: Observation, actual: Observation) -> tuple[Observation, Observation]:
    """Both sides, as far as this loader can show it, in the same words."""
    if case.loader in SERVED:
        expected, actual = _as_served(expected, actual), _comparable(expected, actual)
    if PROBE in expected.facts and case.loader not in (CODE, REBUILD):
        expected = _hiding(expected, PROBE, f"a {case.loader} load has not the code of it")
    if case.loader == REBUILD and SIGNATURE in actual.hidden and actual.hidden[SIGNATURE].why == UNDECLARED:
        expected = _undeclared(expected)
    if RESUME in expected.hidden or RESUME in actual.hidden:
        # What stays still is seen while training goes on: that this raises is told of `resume` alone.
        expected, actual = (replace(each, facts=_without_steps(each)) for each in (expected, actual))
    actual = by_their_numbers(actual, renumbered(expected, actual))
    return outputs.calls_that_raise(expected, actual), outputs.calls_that_raise(actual, expected)


def _out_of_sight(aspect: str, why: Unseen, found: Sequence[Difference], promised: bool) -> Finding:
    """What became of an aspect that was not compared, though something is known of it: by a loader's own words, say."""
    if found and promised and not why.before:
        return Lost((Difference(aspect, "", str(why)), *found))
    # The names of variables are known from the weights, in a process that has no layers to name as well; those of
    # outputs from the predictions.
    return Lost(tuple(found)) if found and aspect in (NAMES, SIGNATURE) else why


def _names_of_outputs(
    case: Case, names: Mapping[str, str], expected: Observation, compared: Sequence[Difference]
) -> Iterator[Difference]:
    """That outputs have other names, where nothing else tells it: the structure of what predict() returns does."""
    told = any(each.aspect == NAMES and each.name.startswith("structure") for each in compared)
    if names and not told:
        yield outputs.names_lost(SIGNATURE if case.loader in SERVED else NAMES, names, expected)


def briefly(expected: Observation, actual: Observation) -> Observation:
    """What was seen before saving, as far as it was looked at in a brief look at a further generation."""
    facts = _without_steps(expected)
    return Observation(facts, expected.hidden, expected.said).only((*actual.facts, *actual.hidden))


def _without_steps(seen: Observation) -> dict[str, dict[str, Any]]:
    """All facts but for those that training on has shown of what is frozen."""
    return {
        aspect: {name: fact for name, fact in names.items() if not name.startswith(STEP)}
        for aspect, names in seen.facts.items()
    }


def beyond(
    first: Mapping[str, Finding], later: Mapping[str, Finding], promised: frozenset[str], generation: str
) -> tuple[Difference, ...]:
    """What a further generation has lost that the first had not: the same loss again is no news.

    Args:
        first: Of the load of what training had saved, by what was seen before that.
        later: Of a load of what an earlier load had saved, by the same.
        promised: The aspects that count.
        generation: What the later load is called.
    """
    lost = [
        Difference(each.aspect, each.name, each.problem, generation)
        for aspect in later
        if aspect in promised
        for each in _differences(later, aspect)
        # That a loader says so of an aspect that was lost before is no news either.
        if each.name or not (isinstance(first.get(aspect), Lost) and isinstance(later[aspect], Lost))
    ]
    return besides(lost, first)


def besides(lost: Iterable[Difference], known: Mapping[str, Finding]) -> tuple[Difference, ...]:
    """Differences, without those of facts that are known to be lost."""
    facts = {_fact(each) for aspect in known for each in _differences(known, aspect)}
    return tuple(each for each in lost if _fact(each) not in facts)


def _differences(findings: Mapping[str, Finding], aspect: str) -> tuple[Difference, ...]:
    finding = findings[aspect]
    if isinstance(finding, Unseen):
        return () if finding.before else (Difference(aspect, "", str(finding)),)
    return finding.differences if isinstance(finding, Lost) else ()


def _fact(difference: Difference) -> tuple[str, str]:
    """What a difference is about: a fact by its name; where there is none, its words."""
    return difference.aspect, difference.name or difference.problem


def tolerances(case: Case, expected: Observation, least: float = 0.0) -> dict[str, float]:
    """Aspect -> the gap that is allowed between floats, as the format states it, or at least so much."""
    allowed = max(least, find_format(case.format).tolerance)
    precisions = (fact for name, fact in expected.facts.get(PRECISION, {}).items() if name.startswith("layer/"))
    halves = [OF_A_GRAPH_IN_HALF_PRECISION.get(compute, 0.0) for _, compute, _ in precisions]
    graph = find_format(case.format).tolerance > 0 and case.loader in (BARE, *SERVED)
    predicted = max([allowed, *halves]) if graph else allowed
    computed = {aspect: allowed for aspect, each in ASPECTS.items() if each.computed}
    return {**computed, PREDICTIONS: predicted, SIGNATURE: predicted}


def _hiding(observation: Observation, aspect: str, why: str) -> Observation:
    facts = {name: facts for name, facts in observation.facts.items() if name != aspect}
    return Observation(facts, {**observation.hidden, aspect: Hidden(why)}, observation.said)


def _undeclared(observation: Observation) -> Observation:
    """As what build() makes, and nobody has called: that no file of weights tells what it takes is no loss."""
    names = {name: [] if name == "inputs" else fact for name, fact in observation.facts.get(NAMES, {}).items()}
    facts = {**observation.facts, **({NAMES: names} if names else {})}
    return _hiding(replace(observation, facts=facts), SIGNATURE, UNDECLARED)


def _loaders_own(case: Case, before: Sequence[str], after: Sequence[str]) -> list[str]:
    """What a loader said, without what build() says as well when it is called for training.

    Only where the loader calls build(): `rebuild` does, and a load() of the subject's own may.
    """
    if case.loader != REBUILD and case.format != PACKAGED:
        return list(after)
    rest = Counter(before)
    own = []
    for message in after:
        if rest[message]:
            rest[message] -= 1
        else:
            own.append(message)
    return own


def _admitted(said: Sequence[str]) -> Iterator[Difference]:
    """What the loader itself says it lost, and what is not known to be harmless."""
    for message in said:
        aspect = meaning(message)
        if aspect != HARMLESS:
            yield Difference(WARNINGS if aspect is None else aspect, "", f"the loader said: {message}")


def _as_served(expected: Observation, actual: Observation) -> Observation:
    """What was observed of a Keras model, as far as a signature can show it, and by the names that it uses."""
    facts = dict(expected.facts)
    named = facts.get(NAMES, {}).get(OUTPUTS, [])
    for aspect in (PREDICTIONS, SIGNATURE):
        if aspect in facts:
            served = actual.facts.get(aspect, {})
            live = {name[len(LIVE) :]: facts[aspect][name] for name in _live(expected, aspect)}
            anew = {name: fact for name, fact in facts[aspect].items() if not name.startswith(LIVE)}
            renamed = {f"{LIVE}{name}": fact for name, fact in outputs.as_served(live, named, served).items()}
            facts[aspect] = {**outputs.as_served(anew, named, served), **renamed}
    # A vocabulary is among a Keras model's weights, and a table of the graph when it is served.
    facts[WEIGHTS] = {name: value for name, value in facts.get(WEIGHTS, {}).items() if not is_text(value)}
    return Observation(facts, expected.hidden, expected.said)


def _comparable(expected: Observation, actual: Observation) -> Observation:
    """What a signature shows, without the outputs that it declares where the Keras model declared none."""
    signature = actual.facts.get(SIGNATURE, {})
    if SIGNATURE not in expected.facts or any(name.startswith("output") for name in expected.facts[SIGNATURE]):
        return actual
    facts = {name: fact for name, fact in signature.items() if not name.startswith("output/")}
    return Observation({**actual.facts, SIGNATURE: facts}, actual.hidden, actual.said)


def _as_live(expected: Observation, actual: Observation) -> Observation:
    """What a reload answers, also under the names of what the trained model answered by its old graphs.

    Both are what it should answer: whoever trained saw the one, and the same process would see the other once its
    graphs were traced anew.
    """
    facts = {}
    for aspect, names in actual.facts.items():
        anew = {live: live[len(LIVE) :] for live in _live(expected, aspect)}
        facts[aspect] = {**names, **{live: names[name] for live, name in anew.items() if name in names}}
    return Observation(facts, actual.hidden, actual.said)


def _live(observation: Observation, aspect: str) -> list[str]:
    return [name for name in observation.facts.get(aspect, {}) if name.startswith(LIVE)]
