"""What is other than in a base: newly lost, gone, changed, newly kept, new, grown."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Iterator, Sequence

from harness.gate.merged import Key, Merged
from harness.nouns import HarnessError
from harness.report.baseline import losses
from harness.report.result import Result
from harness.suite.expectations import LOADING, SKIPPED
from harness.verdict import Unseen, Verdict

# Kinds of changes, worst first.
LOST = "lost"
GONE = "gone"
CHANGED = "changed"
KEPT = "kept"
NEW = "new"
GROWTH = "growth"

#: kind -> how it is told.
KINDS = {
    LOST: "newly lost",
    GONE: "gone",
    CHANGED: "changed",
    KEPT: "newly kept",
    NEW: "new",
    GROWTH: "grown",
}

#: What a gate fails on, unless told otherwise: a mended loss and a new cell are no harm, and time is noisy.
FAILING = (LOST, GONE, CHANGED)

#: Growth below these is none, whatever its share.
_BYTES, _SECONDS = 1000, 1.0

#: What may be other in a message from run to run: numbers, addresses, folders.
_VARIES = re.compile(r"0x[0-9a-f]+|(?<![\w'\"])/[^\s'\",;:)]+|\d+(?:\.\d+)?(?:e[+-]?\d+)?")


@dataclass(frozen=True)
class Change:
    """One thing that is other than it was.

    Attributes:
        kind: One of `KINDS`.
        environment: Where; "" where there is but one.
        cell: Name of the cell.
        about: The aspect, or "loading"; "" for the cell as a whole.
        before: What it was, in one line; "" for nothing.
        now: What it is, likewise.
        model: Which model of one's own it is about; "" for the cell of a suite.
        format: Of the cell.
        stage: Where it stops now; "" where it does not.
    """

    kind: str
    environment: str
    cell: str
    about: str
    before: str
    now: str
    model: str = ""
    format: str = ""
    stage: str = ""

    def __str__(self) -> str:
        where = f"{self.environment}: " if self.environment else ""
        about = f" {self.about}" if self.about and self.about != LOADING else ""
        was = f" (was: {self.before})" if self.before else ""
        return f"{KINDS[self.kind]}: {where}{self.cell}{about}: {self.now}{was}"


def changes(now: Merged, base: Merged, share: float) -> list[Change]:
    """All that is other than in the base, worst first.

    Args:
        now: What was found.
        base: What was found before.
        share: By how much a size or a time may grow without being told: 0.2 for a fifth.

    Raises:
        HarnessError: The two have no cell in common.
    """
    if not set(now.results) & set(base.results):
        raise HarnessError(
            f"the base has no cell in common with the results: they have {_example(now)}, it has {_example(base)}"
        )
    found: list[Change] = []
    for key in dict.fromkeys((*now.results, *base.results)):
        found += _of_a_cell(key, now.results.get(key), base.results.get(key), share)
    order = list(KINDS)
    return sorted(found, key=lambda each: order.index(each.kind))


def _example(side: Merged) -> str:
    environment, name = next(iter(side.results))
    return f"{environment}: {name}" if environment else name


def _of_a_cell(key: Key, now: Result | None, base: Result | None, share: float) -> Iterator[Change]:
    if now is None:
        yield change(GONE, key, base, "", "loaded" if base and not base.verdict.stage else "", "not in the results")
    elif base is None:
        lost = ", ".join(now.verdict.broken) or "nothing"
        told = f"does not {now.verdict.stage}" if now.verdict.stage else f"loses {lost}"
        yield change(NEW, key, now, "", "", told)
    elif now.verdict.stage or base.verdict.stage:
        yield from _loading(key, now, base)
    else:
        for aspect in dict.fromkeys((*now.verdict.findings, *base.verdict.findings)):
            yield from _aspect(key, aspect, now, base)
        yield from _growth(key, now, base, share)


def _loading(key: Key, now: Result, base: Result) -> Iterator[Change]:
    was, is_now = (_stopped(each.verdict) for each in (base, now))
    if not base.verdict.stage:
        yield change(LOST, key, now, LOADING, "loaded", is_now)
    elif not now.verdict.stage:
        yield change(KEPT, key, now, LOADING, was, "loads")
    elif _same(was) != _same(is_now):
        yield change(CHANGED, key, now, LOADING, was, is_now)


def _stopped(verdict: Verdict) -> str:
    return f"does not {verdict.stage}: {' '.join(verdict.failure.split())}" if verdict.stage else "loads"


def _aspect(key: Key, aspect: str, now: Result, base: Result) -> Iterator[Change]:
    was, is_now = (_lost(each, aspect) for each in (base, now))
    if is_now and not was:
        yield change(LOST, key, now, aspect, _seen(base.verdict, aspect), _told(is_now))
    elif was and aspect in now.verdict.kept:
        yield change(KEPT, key, now, aspect, _told(was), "kept")
    elif (
        not is_now
        and (was or (aspect in base.verdict.kept and _matters(base, aspect)))
        and aspect not in now.verdict.kept
    ):
        # What is out of sight is not known to be kept.
        yield change(LOST, key, now, aspect, _told(was) or "kept", _seen(now.verdict, aspect))
    elif is_now and sorted(map(_same, was)) != sorted(map(_same, is_now)):
        yield change(CHANGED, key, now, aspect, _told(_only(was, is_now)), _told(_only(is_now, was)))
    elif is_now and _why(base.verdict) != _why(now.verdict):
        yield change(CHANGED, key, now, aspect, _begins(base.verdict), _begins(now.verdict))


def _matters(result: Result, aspect: str) -> bool:
    """Whether an aspect is promised, or was required of the model."""
    outcome = result.outcomes.get(aspect)
    return aspect in result.verdict.promised or (outcome is not None and outcome.kind != SKIPPED)


def _lost(result: Result, aspect: str) -> tuple[str, ...]:
    return losses(result.verdict, aspect, (aspect,) if _matters(result, aspect) else ())


def _seen(verdict: Verdict, aspect: str) -> str:
    finding = verdict.findings.get(aspect)
    return "kept" if aspect in verdict.kept else str(finding) if isinstance(finding, Unseen) else "nobody looked"


def _told(lines: Sequence[str]) -> str:
    more = f"; and {len(lines) - 1} more" if len(lines) > 1 else ""
    return f"{lines[0]}{more}" if lines else ""


def _only(lines: Sequence[str], others: Sequence[str]) -> list[str]:
    """The lines that the others have not."""
    there = set(map(_same, others))
    return [line for line in lines if _same(line) not in there] or ["no more than that"]


def _same(line: str) -> str:
    """A message without what may be other from run to run."""
    return _VARIES.sub("#", line)


def _why(verdict: Verdict) -> tuple[str, tuple[tuple[str, str], ...]]:
    first = verdict.first.layer if verdict.first else ""
    return first, tuple(sorted((each.cause, each.where) for each in verdict.causes))


def _begins(verdict: Verdict) -> str:
    first, causes = _why(verdict)
    told = [f"first to differ: layer {first!r}"] if first else []
    told += [f"because of {cause} in {where}" for cause, where in causes]
    return ", ".join(told) or "no cause is known"


def _growth(key: Key, now: Result, base: Result, share: float) -> Iterator[Change]:
    was, size = base.verdict.size, now.verdict.size
    if was and size > was * (1 + share) and size - was > _BYTES:
        yield change(GROWTH, key, now, "size", f"{was / 1000:.0f} kB", f"{size / 1000:.0f} kB")
    before, seconds = _seconds(base.verdict), _seconds(now.verdict)
    if before and seconds > before * (1 + share) and seconds - before > _SECONDS:
        yield change(GROWTH, key, now, "seconds", f"{before:.1f} s", f"{seconds:.1f} s")


def _seconds(verdict: Verdict) -> float:
    return sum(verdict.seconds.get(stage, 0.0) for stage in ("save", "reload"))


def change(kind: str, key: Key, result: Result | None, about: str, before: str, now: str) -> Change:
    """A change of a cell; `result` is what is known of it."""
    if result is None:
        return Change(kind, *key, about, before, now)
    verdict = result.verdict
    return Change(kind, *key, about, before, now, result.model, verdict.case.format, verdict.stage)
