"""What a model of one's own is known to lose: entries that its author has committed, held against verdicts."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Iterable, Mapping, Sequence

from harness.causes import CAUSES
from harness.environment import Environment
from harness.nouns import TRAIN
from harness.suite.expectations import FAILED, KNOWN, LOADING, PASSED, SKIPPED, Outcome
from harness.verdict import Unseen, Verdict
from harness.verdicts.wording import STOPPED
from harness.words import gist

#: Of a reason that is written into the file.
WIDTH = 160


@dataclass(frozen=True)
class Entry:
    """One loss, or one stage at which a way stops, that is expected.

    Attributes:
        format: Of the way.
        loader: Of the way.
        about: An aspect that is lost, or the stage at which the way stops.
        because: Why, for people.
        when: PEP 508 requirements under which it happens; () for everywhere.
        says: What must be found in the loss, or in the failure; "" for anything.
        line: Of the file; 0 for an entry that does not stand on a line of its own, or is not in the file yet.
    """

    format: str
    loader: str
    about: str
    because: str
    when: tuple[str, ...] = ()
    says: str = ""
    line: int = 0

    @property
    def key(self) -> tuple[str, str, str]:
        """What it is about; there may be several, each with its own `when`."""
        return self.format, self.loader, self.about


@dataclass(frozen=True)
class Baseline:
    """What one model is known to lose in an environment.

    Attributes:
        path: The file, which need not be there: then nothing is known to be lost.
        entries: Of this model, those whose `when` does not hold here too.
        environment: Where the model is checked.
    """

    path: Path
    entries: tuple[Entry, ...]
    environment: Environment

    def here(self, verdict: Verdict) -> dict[str, list[Entry]]:
        """What is expected of a way in this environment, by aspect or stage."""
        found: dict[str, list[Entry]] = {}
        for entry in self.entries:
            same = (entry.format, entry.loader) == (verdict.case.format, verdict.case.loader)
            if same and not self.environment.unmet(entry.when):
                found.setdefault(entry.about, []).append(entry)
        return found

    def outcomes(self, verdict: Verdict, required: Sequence[str]) -> Mapping[str, Outcome]:
        """How all of a way came out: FAILED is what is other than known, whether lost or kept."""
        expected = self.here(verdict)
        if verdict.stage:
            return {LOADING: self._stopped(verdict, expected)}
        stale = [entry for stage in STOPPED for entry in expected.get(stage, ())]
        loads = f"newly kept: {_way(verdict)} loads: {self._delete(stale)}"
        loading = {LOADING: Outcome(FAILED, loads) if stale else Outcome(PASSED)}
        aspects = dict.fromkeys((*verdict.findings, *required))
        return {**loading, **{each: self._aspect(verdict, each, required, expected) for each in aspects}}

    def _stopped(self, verdict: Verdict, expected: Mapping[str, Sequence[Entry]]) -> Outcome:
        entries = expected.get(verdict.stage, ())
        said = " ".join(verdict.failure.split())
        if not entries or verdict.stage == TRAIN:
            elsewhere = [each for stage in STOPPED for each in expected.get(stage, ())]
            before = f", and no longer at {elsewhere[0].about} {self._place(elsewhere[0])}" if elsewhere else ""
            word = "stops elsewhere" if elsewhere else "newly lost"
            return Outcome(FAILED, f"{word}: {_way(verdict)} does not {verdict.stage}{before}: {gist(verdict.failure)}")
        return self._known(verdict, entries, (said,))

    def _aspect(
        self, verdict: Verdict, aspect: str, required: Sequence[str], expected: Mapping[str, Sequence[Entry]]
    ) -> Outcome:
        entries, told = expected.get(aspect, ()), losses(verdict, aspect, required)
        finding = verdict.findings.get(aspect)
        if told:
            return self._known(verdict, entries, told) if entries else Outcome(FAILED, _newly_lost(verdict, told))
        if aspect in verdict.kept:
            kept = f"newly kept: {_way(verdict)} keeps the {aspect}: {self._delete(entries)}"
            return Outcome(FAILED, kept) if entries else Outcome(PASSED)
        if isinstance(finding, Unseen):
            return Outcome(SKIPPED, f"{aspect} {finding}")
        return Outcome(SKIPPED, f"{aspect}: {'neither promised nor required' if finding else 'nobody looked'}")

    def _known(self, verdict: Verdict, entries: Sequence[Entry], told: Sequence[str]) -> Outcome:
        for entry in entries:
            if entry.says and not any(entry.says in line for line in told):
                place = self._place(entry)
                return Outcome(
                    FAILED, f"changed: {_way(verdict)}: {told[0]}; {place} it says {entry.says!r}: correct it"
                )
        return Outcome(KNOWN, "; ".join(dict.fromkeys(f"known: {each.because}" for each in entries)))

    def _delete(self, entries: Iterable[Entry]) -> str:
        places = (f"line {each.line}" if each.line else f"the entry {'.'.join(each.key)}" for each in entries)
        return f"delete {' and '.join(dict.fromkeys(places))} of {self.path}"

    def _place(self, entry: Entry) -> str:
        return f"in line {entry.line} of {self.path}" if entry.line else f"in {self.path}"


def losses(verdict: Verdict, aspect: str, required: Sequence[str]) -> tuple[str, ...]:
    """What a way lost of an aspect that it promises, or that is required, a line each."""
    return verdict.complaints(aspect) if aspect in verdict.promised or aspect in required else ()


def observed(verdicts: Iterable[Verdict], required: Sequence[str]) -> list[Entry]:
    """What verdicts would have in a baseline; what did not even train has nothing."""
    found = []
    for verdict in verdicts:
        way = verdict.case.format, verdict.case.loader
        if verdict.stage and verdict.stage != TRAIN:
            found.append(Entry(*way, verdict.stage, _because(verdict, gist(verdict.failure))))
        for aspect in verdict.findings:
            told = losses(verdict, aspect, required)
            if told:
                found.append(Entry(*way, aspect, _because(verdict, told[0])))
    return found


def updated(
    baseline: Baseline, verdicts: Sequence[Verdict], required: Sequence[str]
) -> dict[tuple[str, str, str], list[Entry]]:
    """What must change for the baseline to be as verdicts are: key -> its entries from now on.

    Entries that hold elsewhere stay, and so do those of ways that were not tried and of aspects that nobody could see.
    """
    seen = {entry.key: entry for entry in observed(verdicts, required)}
    changes: dict[tuple[str, str, str], list[Entry]] = {}
    for verdict in verdicts:
        if verdict.stage == TRAIN:
            continue
        way, outcomes = (verdict.case.format, verdict.case.loader), baseline.outcomes(verdict, required)
        expected = baseline.here(verdict)
        for about in {key[2]: None for key in seen if key[:2] == way} | {each: None for each in expected}:
            outcome = outcomes.get(LOADING if about in STOPPED else about)
            if outcome is None or outcome.kind != FAILED:
                continue
            key = (*way, about)
            others = [each for each in baseline.entries if each.key == key and each not in expected.get(about, ())]
            new = [_only_here(seen[key], others, baseline.environment)] if key in seen else []
            changes[key] = others + new
    return changes


def _only_here(entry: Entry, others: Sequence[Entry], environment: Environment) -> Entry:
    """An entry beside those that hold elsewhere: for this TensorFlow alone."""
    if not others:
        return entry
    when = (f"tensorflow=={environment.versions['tensorflow']}",) if "tensorflow" in environment.versions else ()
    return Entry(*entry.key, entry.because, when)


def _because(verdict: Verdict, otherwise: str) -> str:
    causes = "; ".join(CAUSES[each.cause].words(each) for each in verdict.causes)
    said = " ".join((causes or otherwise).split())
    return said if len(said) <= WIDTH else f"{said[: WIDTH - 3]}..."


def _newly_lost(verdict: Verdict, told: Sequence[str]) -> str:
    more = f"; and {len(told) - 1} more" if len(told) > 1 else ""
    return f"newly lost: {_way(verdict)}: {told[0]}{more}"


def _way(verdict: Verdict) -> str:
    return f"{verdict.case.format} {verdict.case.loader}"
