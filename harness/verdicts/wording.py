"""Say a verdict: as lines for people, or as a row for `results.jsonl`.

Nothing is found or judged here; `harness.verdicts.compare` did that.
"""

from __future__ import annotations

from dataclasses import asdict, replace
from typing import Any, Sequence

from harness.nouns import ASPECTS, RELOAD, SAVE, TRAIN, Difference, Verdict

# How far a round trip came, by the stage at which it stopped.
STOPPED = {
    TRAIN: "did not train",
    SAVE: "trained, but did not save",
    RELOAD: "saved, but did not reload",
}

DIFFERENCES = 10  # about as many are shown, some of each aspect
FAILURE_LINES = 6  # likewise
FAILURE_WIDTH = 240  # TensorFlow prints whole structures in one line


def report(verdict: Verdict, aspect: str | None = None) -> str:
    """Lay a verdict out as lines.

    Line 1 stands alone in a log: the case, and what happened to it. Line 2 has the versions. Then
    comes why it stopped, or a line per difference and per aspect that could not be compared.

    Args:
        verdict: Any verdict: something changed, nothing changed, or it stopped.
        aspect: Speak of this aspect only. A verdict that stopped is told whole.
    """
    if verdict.stage:
        head, rest = STOPPED[verdict.stage], _failure(verdict)
    else:
        told = _only(verdict, aspect) if aspect else verdict
        head, rest = _happened(told, aspect), _differences(told) + _not_compared(told)
    versions = ", ".join(f"{package} {version}" for package, version in verdict.versions.items())
    return "\n  ".join([f"{verdict.case}: {head}", versions or "versions unknown", *rest])


def row(verdict: Verdict, promised: frozenset[str] | None = None) -> dict[str, Any]:
    """Put a verdict into JSON values.

    Args:
        verdict: Any verdict.
        promised: The aspects that the format promises to keep; the status of
            every other one says "not promised". None: the promise is not known.
    """
    found = dict.fromkeys((*ASPECTS, *(each.aspect for each in verdict.differences), *verdict.unobservable))
    return {
        "case": verdict.case.id,
        "recipe": verdict.case.recipe.id,
        "format": verdict.case.format,
        "loader": verdict.case.loader,
        "stage": verdict.stage,
        "failure": verdict.failure,
        "aspects": {aspect: _status(verdict, aspect, promised) for aspect in found},
        "differences": [asdict(each) for each in verdict.differences],
        "versions": dict(verdict.versions),
        "seconds": dict(verdict.seconds),
        "size": verdict.size,
        "log": verdict.log,
    }


def _status(verdict: Verdict, aspect: str, promised: frozenset[str] | None) -> str:
    if verdict.stage:
        return "not reached"
    if aspect in verdict.unobservable:
        return f"unobservable: {verdict.unobservable[aspect]}"
    status = "lost" if verdict.about(aspect) else "kept"
    return status if promised is None or aspect in promised else f"not promised, {status}"


def _only(verdict: Verdict, aspect: str) -> Verdict:
    hidden = {name: reason for name, reason in verdict.unobservable.items() if name == aspect}
    return replace(verdict, differences=verdict.about(aspect), unobservable=hidden)


def _happened(verdict: Verdict, aspect: str | None) -> str:
    changed = list(dict.fromkeys(each.aspect for each in verdict.differences))
    if changed:
        count = len(verdict.differences)
        return f"{_listed(changed)} changed after the round trip ({count} difference{'s' if count > 1 else ''})"
    missed = f"{_listed(list(verdict.unobservable))} could not be compared" if verdict.unobservable else ""
    if aspect:
        return missed or f"{aspect} did not change after the round trip"
    return "nothing changed after the round trip" + (f", but {missed}" if missed else "")


def _differences(verdict: Verdict) -> list[str]:
    aspects = dict.fromkeys(each.aspect for each in verdict.differences)
    share = max(2, DIFFERENCES // max(1, len(aspects)))
    return [line for aspect in aspects for line in few(verdict.about(aspect), share)]


def few(differences: Sequence[Difference], most: int) -> list[str]:
    """The first differences of an aspect, a line each, and how many more there are."""
    left_out = len(differences) - most
    more = [f"and {left_out} more of the {differences[0].aspect}"] if left_out > 0 else []
    return [*map(str, differences[:most]), *more]


def _not_compared(verdict: Verdict) -> list[str]:
    return [f"{_listed(aspects)}: not compared ({reason})" for reason, aspects in hidden(verdict).items()]


def hidden(verdict: Verdict) -> dict[str, list[str]]:
    """What could not be compared: reason -> aspects."""
    reasons: dict[str, list[str]] = {}
    for aspect, reason in verdict.unobservable.items():
        reasons.setdefault(reason, []).append(aspect)
    return reasons


def _failure(verdict: Verdict) -> list[str]:
    lines = verdict.failure.strip().splitlines()
    shown = [each if len(each) <= FAILURE_WIDTH else each[:FAILURE_WIDTH] + "…" for each in lines[:FAILURE_LINES]]
    more = ["…"] if len(lines) > FAILURE_LINES else []
    return [*shown, *more, *([f"log: {verdict.log}"] if verdict.log else [])]


def _listed(words: Sequence[str]) -> str:
    """Join words as a sentence does: `a`, `a and b`, `a, b and c`."""
    return " and ".join(", ".join(part) for part in (words[:-1], words[-1:]) if part)
