"""What putting a model under the harness came to: whether it is kept, by what, and how that is told."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from typing import Any, Mapping

from harness.nouns import PREDICTIONS, TRAIN, WEIGHTS
from harness.report.baseline import Baseline, Entry, updated
from harness.report.baseline_file import edited
from harness.report.brief import because, best, missed, rows
from harness.report.details import details, losses
from harness.report.result import Result
from harness.report.ways import Way, keeps, ways
from harness.suite.expectations import FAILED, KNOWN, LOADING, PASSED, SKIPPED, Outcome
from harness.verdict import Verdict
from harness.verdicts.wording import report
from harness.words import gist

WIDTH = 200  # of a line that stands for all; pytest cuts what is longer than 240 characters in the middle

REASON = 320  # of a reason in the first line: transformers and Keras write paragraphs

#: What a round trip must keep, unless told otherwise.
REQUIRED = (WEIGHTS, PREDICTIONS)

#: How what is other than the baseline says becomes what it says.
ACCEPT = "To accept it: the same command with --update-baseline (of pytest: --roundtrip-update-baseline)."

#: How many of the ways that were tried must keep what is required.
ALL, ANY = "all", "any"


@dataclass(frozen=True, repr=False)
class Checked:
    """What became of a model, format by format and loader by loader.

    True if every way that was tried keeps all that is required; where any of them is enough, if one does.

    Attributes:
        verdicts: One for each format and loader that was tried.
        required: The aspects that must be kept.
        require_ways: Whether "all" of the ways must keep them, or "any" is enough.
        left_out: What was asked for by name and could not be tried here, a sentence each.
        hash_seed: PYTHONHASHSEED of what trained, by which the run can be repeated; None where that is not known.
        model: Which model it was, told apart from all others of one's own.
        baseline: What it is known to lose. Then it is true if every way loses that and nothing else, whatever is
            required.
    """

    verdicts: tuple[Verdict, ...]
    required: tuple[str, ...] = REQUIRED
    require_ways: str = ANY
    left_out: tuple[str, ...] = ()
    hash_seed: int | None = None
    model: str = ""
    baseline: Baseline | None = None

    @property
    def ways(self) -> list[Way]:
        """The ways to save and load that kept everything required, simplest first."""
        return ways(self.verdicts, self.required)

    @property
    def _kept_by(self) -> Way:
        """The simplest way of those that were asked for, without a mend."""
        return next(each for each in self.ways if not each.mend)

    @property
    def failed(self) -> tuple[Verdict, ...]:
        """The ways that did not keep everything required."""
        return tuple(each for each in self.verdicts if not keeps(each, self.required))

    @property
    def results(self) -> tuple[Result, ...]:
        """The verdicts with what was expected of each: to keep what is required, or nothing, where other ways do."""
        return tuple(Result(each, self._outcomes(each), self.model) for each in self.verdicts)

    @property
    def other_than_known(self) -> tuple[str, ...]:
        """What is other than the baseline says, a line each: newly lost, newly kept, stopped elsewhere, changed."""
        if self.baseline is None:
            return ()
        outcomes = (each for result in self.results for each in result.outcomes.values())
        return (*(each.why for each in outcomes if each.kind == FAILED), *self._out_of_sight())

    def _out_of_sight(self) -> list[str]:
        """What is required, and no way that loads shows: of that a baseline says nothing."""
        loaded = [each for each in self.verdicts if not each.stage]
        unseen = [aspect for aspect in self.required if not any(aspect in (*each.kept, *each.lost) for each in loaded)]
        return [f"out of sight: {aspect} is required, and no way shows it" for aspect in unseen if loaded]

    def __bool__(self) -> bool:
        if self.baseline is not None:
            return not self.other_than_known
        return not self.failed if self.require_ways == ALL else len(self.failed) < len(self.verdicts)

    def __repr__(self) -> str:
        # What pytest shows of `assert verdict`: one line, cut where it is long. The fixture's plugin shows the rest.
        return textwrap.shorten(self.headline(), WIDTH, placeholder="...")

    def __str__(self) -> str:
        return self._told() + (
            "" if self._nothing_trained else "\n\nEvery difference, size and time: --verbose, .full()"
        )

    def full(self) -> str:
        """The same with every way by itself: what it lost by name, its size and time, the lines of all that keep it."""
        return self._told() + ("" if self._nothing_trained else f"\n\n{details(self.verdicts, self.ways)}")

    def _told(self) -> str:
        versions = ", ".join(f"{package} {version}" for package, version in self.verdicts[0].versions.items())
        seed = "" if self.hash_seed is None else f"; hash seed {self.hash_seed}"
        head = f"{self.headline()}\n  {versions or 'versions unknown'}{seed}"
        if self._nothing_trained:
            return head
        parts = [
            self._held_against_baseline(),
            best(self.ways, self.required),
            because(self.verdicts),
            rows(self.verdicts, self.required),
        ]
        if len(self.verdicts) == 1:
            parts.append(losses(self.verdicts))
        return "\n\n".join(filter(None, (head, *parts, *self.left_out)))

    @property
    def _nothing_trained(self) -> bool:
        return all(each.stage == TRAIN for each in self.verdicts)

    def _outcomes(self, verdict: Verdict) -> Mapping[str, Outcome]:
        if self.baseline is not None:
            return self.baseline.outcomes(verdict, self.required)
        # Where any way is enough and one is there, the others need not keep anything.
        excused = f"any way is enough: {self._kept_by.format} {self._kept_by.loader} keeps it" if self else ""
        if verdict.stage:
            return {LOADING: Outcome(SKIPPED, excused) if excused else Outcome(FAILED, report(verdict))}
        kept = {LOADING: Outcome(PASSED)}
        aspects = dict.fromkeys((*verdict.findings, *self.required))
        return {**kept, **{aspect: self._keeping(verdict, aspect, excused) for aspect in aspects}}

    def _keeping(self, verdict: Verdict, aspect: str, excused: str) -> Outcome:
        kept = aspect in verdict.kept
        if aspect not in self.required:
            finding, count = verdict.findings[aspect], len(verdict.about(aspect))
            seen = f"{count} differences" if count else "kept" if kept else str(finding)
            return Outcome(SKIPPED, f"{aspect}: not required ({seen})")
        if kept:
            return Outcome(PASSED)
        return Outcome(SKIPPED, excused) if excused else Outcome(FAILED, self._why(verdict, aspect))

    def _why(self, verdict: Verdict, aspect: str) -> str:
        seen = aspect in verdict.lost
        return report(verdict, aspect) if seen else f"{verdict.case}: {missed(verdict, (aspect,))}"

    def headline(self) -> str:
        """The verdict in one line, which stands alone in a log."""
        if self._nothing_trained:
            return f"did not train: {gist(self.verdicts[0].failure)}"
        if self.baseline is not None:
            return self._as_known()
        wanted = ", ".join(self.required) or "nothing in particular"
        return f"kept: {wanted} {self._who_kept()}" if self else self._who_failed(wanted)

    def _as_known(self) -> str:
        other, path, count = self.other_than_known, self.baseline.path if self.baseline else "", len(self.verdicts)
        if other:
            more = f"; and {len(other) - 1} more" if len(other) > 1 else ""
            return f"other than {path} says: {textwrap.shorten(other[0], REASON, placeholder='...')}{more}"
        known = sum(each.kind == KNOWN for result in self.results for each in result.outcomes.values())
        return f"as {path} says: {count} way{'s' * (count != 1)}, {known} known loss{'es' * (known != 1)}"

    def _held_against_baseline(self) -> str:
        """What is other than known, and how to accept it."""
        if self.baseline is None or not self.other_than_known:
            return ""
        told = [textwrap.shorten(each, REASON, placeholder="...") for each in self.other_than_known]
        lines = [f"Other than {self.baseline.path} says:", *(f"  {each}" for each in told)]
        if not self.baseline.path.exists():
            proposed = edited("", self.model, self.changes, self.baseline.path)
            lines += [
                "",
                f"There is no {self.baseline.path} yet. Proposed:",
                textwrap.indent(proposed.rstrip(), "  "),
                "",
            ]
        return "\n".join([*lines, ACCEPT])

    @property
    def changes(self) -> dict[tuple[str, str, str], list[Entry]]:
        """What must change in the baseline for this to be as it says; {} without one."""
        return updated(self.baseline, self.verdicts, self.required) if self.baseline else {}

    def _who_kept(self) -> str:
        count, others = len(self.verdicts), len(self.verdicts) - len(self.failed) - 1
        first = f"{self._kept_by.format} {self._kept_by.loader}"
        if count == 1:
            return f"by {first}"
        more = f" and {others} more" if others else ""
        return f"by all {count} ways" if self.require_ways == ALL else f"(any of {count} ways: {first}{more})"

    def _who_failed(self, wanted: str) -> str:
        first, count = self.failed[0], len(self.verdicts)
        missing = textwrap.shorten(missed(first, self.required), REASON, placeholder="...")
        why = f"{first.case.format} {first.case.loader}: {missing}"
        if count == 1:
            return why
        if len(self.failed) == count:
            return f"none of {count} ways keeps {wanted}; {why}"
        verb = "does" if len(self.failed) == 1 else "do"
        return f"{len(self.failed)} of {count} ways {verb} not keep {wanted}; {why}"

    def json(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {
            "required": list(self.required),
            "hash_seed": self.hash_seed,
            "require_ways": self.require_ways,
            "left_out": list(self.left_out),
            "other_than_known": list(self.other_than_known),
            "results": [each.to_json() for each in self.results],
            "ways": [way._asdict() for way in self.ways],
        }
