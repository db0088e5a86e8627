"""What is other than a committed baseline says, of every model in the results."""

from __future__ import annotations

from pathlib import Path

from harness.gate.changes import CHANGED, KEPT, KINDS, LOST, Change, change
from harness.gate.merged import Merged
from harness.nouns import STAGES, HarnessError
from harness.report.baseline import Baseline
from harness.report.baseline_file import read_baseline
from harness.report.result import Result
from harness.suite.expectations import FAILED, LOADING, SKIPPED

#: What a gate fails on here: what is newly kept too, since the baseline has a line too many.
FAILING = (LOST, CHANGED, KEPT)


def other_than(path: Path, now: Merged) -> list[Change]:
    """All that is other than the file says, worst first.

    Raises:
        HarnessError: It is no baseline, or the results are those of a suite, which has known failures.
    """
    found = []
    baselines: dict[tuple[str, str], Baseline] = {}
    for key, result in now.results.items():
        if not result.model:
            raise HarnessError(f"{key[1]}: a baseline is for models of one's own; expected --base RESULTS for a suite")
        which = (key[0], result.model)
        if which not in baselines:
            baselines[which] = read_baseline(path, result.model, now.environments[key[0]])
        baseline = baselines[which]
        for about, outcome in baseline.outcomes(result.verdict, _required(result)).items():
            if outcome.kind == FAILED:
                found.append(change(_kind(baseline, result, about), key, result, about, "", outcome.why))
    order = list(KINDS)
    return sorted(found, key=lambda each: order.index(each.kind))


def _required(result: Result) -> list[str]:
    return [about for about, each in result.outcomes.items() if each.kind != SKIPPED and about != LOADING]


def _kind(baseline: Baseline, result: Result, about: str) -> str:
    verdict, expected = result.verdict, baseline.here(result.verdict)
    if about == LOADING:
        known = any(stage in expected for stage in STAGES)
        return KEPT if not verdict.stage else CHANGED if known else LOST
    return KEPT if about in verdict.kept else CHANGED if about in expected else LOST
