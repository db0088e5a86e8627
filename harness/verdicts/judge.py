"""Judge one round trip: which differences count, and how far a number may be off."""

from __future__ import annotations

from typing import Any, Iterator, Mapping, Sequence

from harness.formats import find_format
from harness.formats.format import OF_A_GRAPH_IN_HALF_PRECISION
from harness.nouns import (
    BARE,
    CODE,
    EVALUATION,
    LOSSES,
    NAMES,
    OUTPUTS,
    PRECISION,
    PREDICTIONS,
    PROBE,
    RAISED,
    REBUILD,
    RESUME,
    SERVED,
    SIGNATURE,
    TOKENIZER,
    WARNINGS,
    WEIGHTS,
    Case,
    Difference,
    Observation,
)
from harness.record.arrays_and_json import is_text
from harness.verdicts.compare import compare, unobservable
from harness.verdicts.loader_messages import HARMLESS, meaning

#: Aspects that are computed with floats, where a format may state a tolerance.
COMPUTED = (PREDICTIONS, EVALUATION, LOSSES, SIGNATURE, TOKENIZER, RESUME)


#: Absolute gap between floats that two environments may compute apart. In the crossing of eight rows that
#: docs/compatibility.md shows, predictions, from ids or from text, were within it, or off by 0.2 and more in what
#: is told first: nothing was in between.
OF_OTHER_VERSIONS = 1e-6


def judge(
    case: Case, expected: Observation, actual: Observation, tolerance: float = 0.0, trained: bool = True
) -> tuple[tuple[Difference, ...], Mapping[str, str]]:
    """Compare what was observed before saving with what was observed after the reload.

    Args:
        case: The cell.
        expected: The reference.
        actual: Of the reload.
        tolerance: Gap allowed between floats where the format allows less.
        trained: Whether what was saved had been trained; else it had been loaded, and what it could not show then
            was told then.

    Returns:
        The differences, and the aspects that could not be compared with the reason.
    """
    format = find_format(case.format)
    if case.loader in SERVED:
        expected, actual = _as_served(expected, actual), _comparable(expected, actual)
    if PROBE in expected.facts and case.loader not in (CODE, REBUILD):
        hidden_probe = Observation({}, {PROBE: f"a {case.loader} load has not the code of it"})
        expected = _without(expected, PROBE) | hidden_probe
    said = actual.facts.get(WARNINGS, {}).get("said")
    actual = _without(actual, WARNINGS)
    hidden = unobservable(expected, actual)
    if said is not None:
        del hidden[WARNINGS]
    promised = format.keeps[case.loader]
    lost = [
        # Promised, seen before saving, and now out of sight: that is a loss, not an excuse.
        Difference(aspect, "", f"could not be observed after reload: {why.replace(RAISED, '', 1)}")
        for aspect, why in actual.unobservable.items()
        if aspect in expected.facts and aspect in promised
    ]
    if trained:
        # What raises before saving, without a word that it cannot be seen, would hide whatever happens to it.
        lost += [
            Difference(aspect, "", f"could not be observed before saving: {why.replace(RAISED, '', 1)}")
            for aspect, why in expected.unobservable.items()
            if why.startswith(RAISED) and aspect in promised
        ]
    for each in lost:
        del hidden[each.aspect]
    found = compare(expected, actual, tolerances(case, expected, tolerance))
    return (*found, *lost, *_admitted(said or ())), hidden


def tolerances(case: Case, expected: Observation, least: float = 0.0) -> dict[str, float]:
    """Aspect -> the gap that is allowed between floats, as the format states it, or at least so much."""
    allowed = max(least, find_format(case.format).tolerance)
    precisions = (fact for name, fact in expected.facts.get(PRECISION, {}).items() if name.startswith("layer/"))
    halves = [OF_A_GRAPH_IN_HALF_PRECISION.get(compute, 0.0) for _, compute, _ in precisions]
    graph = find_format(case.format).tolerance > 0 and case.loader in (BARE, *SERVED)
    predicted = max([allowed, *halves]) if graph else allowed
    return {**dict.fromkeys(COMPUTED, allowed), PREDICTIONS: predicted, SIGNATURE: predicted}


def _without(observation: Observation, aspect: str) -> Observation:
    facts = {name: facts for name, facts in observation.facts.items() if name != aspect}
    return Observation(facts, observation.unobservable)


def _admitted(said: Sequence[str]) -> Iterator[Difference]:
    """What the loader itself says it lost, and what nobody has classified yet."""
    for message in said:
        aspect = meaning(message)
        if aspect != HARMLESS:
            yield Difference(WARNINGS if aspect is None else aspect, "", f"the loader said: {message}")


def _as_served(expected: Observation, actual: Observation) -> Observation:
    """What was observed of a Keras model, as far as a signature can show it, and by the names that it uses."""
    facts = dict(expected.facts)
    outputs = facts.get(NAMES, {}).get(OUTPUTS, [])
    for aspect in (PREDICTIONS, SIGNATURE):
        if aspect in facts:
            facts[aspect] = as_served(facts[aspect], outputs, actual.facts.get(aspect, {}))
    # A vocabulary is among a Keras model's weights, and a table of the graph when it is served.
    facts[WEIGHTS] = {name: value for name, value in facts.get(WEIGHTS, {}).items() if not is_text(value)}
    return Observation(facts, expected.unobservable)


def _comparable(expected: Observation, actual: Observation) -> Observation:
    """What a signature shows, without the outputs that it declares where the Keras model declared none."""
    signature = actual.facts.get(SIGNATURE, {})
    if SIGNATURE not in expected.facts or any(name.startswith("output") for name in expected.facts[SIGNATURE]):
        return actual
    facts = {name: fact for name, fact in signature.items() if not name.startswith("output/")}
    return Observation({**actual.facts, SIGNATURE: facts}, actual.unobservable)


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
        position = int(output) if output.isdigit() else outputs.index(output) if output in outputs else 0
        unnamed = f"output_{position + (f'{about}/output_0' not in served)}"
        candidates = (output, outputs[position] if position < len(outputs) else output, unnamed)
        known = [each for each in candidates if f"{about}/{each}" in served]
        kept = name in served or about == "input" or about.startswith("takes ")
        renamed[name if kept else f"{about}/{(known or [output])[0]}"] = value
    return renamed
