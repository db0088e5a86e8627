"""What a verdict means for one aspect of one cell: as expected, skipped with a reason, or a failure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Mapping, Sequence

from harness.environment import Environment
from harness.formats import find_format
from harness.nouns import LOADER_NEEDS, STAGES, Case
from harness.suite.known_failures import KnownFailure, find, unexplained
from harness.verdict import Unseen, Verdict
from harness.verdicts.wording import report

# How one aspect, or the loading itself, came out.
PASSED = "passed"
SKIPPED = "skipped"
KNOWN = "known"
FAILED = "failed"

#: Among outcomes: that the cell got through training, saving and reloading. The others are those of aspects.
LOADING = "loading"


#: Why an aspect of a cell that stopped is skipped.
NOT_REACHED = "did not load; see test_it_loads"


@dataclass(frozen=True)
class Outcome:
    """One expectation held against a verdict.

    Attributes:
        kind: One of the four words above.
        why: In words.
        links: Of a known failure, where it is told of: an upstream issue, or a finding.
    """

    kind: str
    why: str = ""
    links: tuple[str, ...] = ()


def unmet(case: Case, environment: Environment) -> str:
    """Why a case cannot be tried here: "export needs tensorflow>=2.13; this is 2.10.1"; "" when it can."""
    for subject, needs in (
        (case.format, find_format(case.format).needs),
        (case.loader, LOADER_NEEDS.get(case.loader, ())),
        (case.recipe.id, case.recipe.needs),
    ):
        missing = environment.unmet(needs)
        if missing:
            return f"{subject} needs {missing}"
    return ""


@dataclass(frozen=True)
class Expectations:
    """What is expected of the cells of a suite in an environment.

    Attributes:
        known_failures: What is expected to fail.
        environment: Where.
        strict: Whether a known failure must fail. Not with a checkpoint: the entries
            were measured without, and some names of weights, for one, do survive with it.
    """

    known_failures: Sequence[KnownFailure]
    environment: Environment
    strict: bool = True

    def outcomes(self, verdict: Verdict) -> Mapping[str, Outcome]:
        """LOADING, and each aspect, if it loaded -> how it came out."""
        loading = {LOADING: self.loading(verdict)}
        return {**loading, **{each: self.keeping(verdict, each) for each in verdict.findings}}

    def loading(self, verdict: Verdict) -> Outcome:
        """Did the cell get through training, saving and reloading?"""
        for stage in STAGES:
            known = find(self.known_failures, verdict.case.id, stage, self.environment)
            if known or verdict.stage == stage:
                lines = [" ".join(verdict.failure.split())] if verdict.stage == stage else []
                outcome = self._judged(lines, known, report(verdict))
                if outcome.kind != PASSED:
                    return outcome
        return Outcome(PASSED)

    def keeping(self, verdict: Verdict, aspect: str) -> Outcome:
        """Did the cell keep an aspect, if its format promises it?"""
        if verdict.stage:
            return Outcome(SKIPPED, NOT_REACHED)
        finding = verdict.findings[aspect]
        lines = verdict.complaints(aspect)
        if aspect not in verdict.promised:
            seen = f"{len(lines)} differences" if lines else str(finding) if isinstance(finding, Unseen) else "kept"
            return Outcome(SKIPPED, f"{verdict.case.format} does not promise to keep the {aspect} ({seen})")
        if isinstance(finding, Unseen) and not lines:
            return Outcome(SKIPPED, f"{aspect} {finding}")
        known = find(self.known_failures, verdict.case.id, aspect, self.environment)
        return self._judged(lines, known, report(verdict, aspect))

    def _judged(self, lines: Sequence[str], known: Sequence[KnownFailure], text: str) -> Outcome:
        if not known or not (lines or self.strict):
            return Outcome(FAILED, text) if lines else Outcome(PASSED)
        if not lines:
            return Outcome(FAILED, f"passes, though it is a known failure: delete or narrow {_place(known[0])}")
        surprise = unexplained(known, lines)
        if surprise:
            entry, what = surprise
            return Outcome(FAILED, f"{text}\nfails otherwise than known: correct {_place(entry)}\n  {what}")
        links = tuple(dict.fromkeys(each.because for each in known))
        return Outcome(KNOWN, f"known: {', '.join(links)}", links)


def _place(entry: KnownFailure) -> str:
    return f"the entry KnownFailure({entry.cells!r}, {entry.about!r}) among the known failures"
