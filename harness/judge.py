"""Judge one round trip: which differences count, and how far a number may be off."""

from __future__ import annotations

from typing import Any, Mapping

from harness.arrays import is_text
from harness.case import CODE, EVALUATION, PREDICTIONS, PROBE, REBUILD, SERVING, WEIGHTS, Case, Difference, Observation
from harness.compare import compare, unobservable
from harness.formats import find_format
from harness.observe import OUTPUT_NAMES


def judge(case: Case, expected: Observation, actual: Observation) -> tuple[tuple[Difference, ...], Mapping[str, str]]:
    """Compare what was observed before saving with what was observed after the reload.

    Returns:
        The differences, and the aspects that could not be compared with the reason.
    """
    format = find_format(case.format)
    if case.loader == SERVING and PREDICTIONS in expected.facts:
        served = as_served(expected.facts[PREDICTIONS], actual.facts.get(PREDICTIONS, {}))
        # A vocabulary is among a Keras model's weights, and a table of the graph when it is served.
        variables = {name: value for name, value in expected.facts.get(WEIGHTS, {}).items() if not is_text(value)}
        expected = Observation({**expected.facts, PREDICTIONS: served, WEIGHTS: variables}, expected.unobservable)
    if PROBE in expected.facts and case.loader not in (CODE, REBUILD):
        facts = {aspect: names for aspect, names in expected.facts.items() if aspect != PROBE}
        expected = Observation(facts, {**expected.unobservable, PROBE: f"a {case.loader} load has not the code of it"})
    hidden = unobservable(expected, actual)
    lost = [
        # Promised, seen before saving, and now out of sight: that is a loss, not an excuse.
        Difference(aspect, "", f"could not be observed after reload: {why}")
        for aspect, why in actual.unobservable.items()
        if aspect in expected.facts and aspect in format.keeps[case.loader]
    ]
    for each in lost:
        del hidden[each.aspect]
    return (*compare(expected, actual, dict.fromkeys((PREDICTIONS, EVALUATION), format.tolerance)), *lost), hidden


def as_served(predictions: Mapping[str, Any], served: Mapping[str, Any]) -> dict[str, Any]:
    """Predictions under the names that a signature gives them.

    A signature returns a flat dict: {"dense": ...} for one output that `predict` returns bare;
    for outputs without a name {"output_0": ...} from `export`, {"output_1": ...} from `save`.

    Args:
        predictions: Of a Keras model, as `observe` names them: "same", "same/0", "same/label".
        served: Of its signature: "same/dense".
    """
    names = predictions.get(OUTPUT_NAMES) or []
    renamed: dict[str, Any] = {}
    for name, value in predictions.items():
        if name == OUTPUT_NAMES or name.endswith(" structure"):
            continue
        probe, _, output = name.partition("/")
        position = int(output) if output.isdigit() else names.index(output) if output in names else 0
        unnamed = f"output_{position + (f'{probe}/output_0' not in served)}"
        candidates = (output, names[position] if position < len(names) else output, unnamed)
        known = [each for each in candidates if f"{probe}/{each}" in served]
        renamed[f"{probe}/{(known or [output])[0]}"] = value
    return renamed
