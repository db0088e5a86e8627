"""Say a verdict, as lines for people. Nothing is found or judged here; `harness.verdicts.judge` did that."""

from __future__ import annotations

from dataclasses import replace
from typing import Iterable, Sequence

from harness.causes import CAUSES
from harness.nouns import RELOAD, SAVE, TRAIN
from harness.verdict import Difference, Unseen, Verdict
from harness.words import gist

# How far a round trip came, by the stage at which it stopped.
STOPPED = {
    TRAIN: "did not train",
    SAVE: "trained, but did not save",
    RELOAD: "saved, but did not reload",
}

# What became of what was lost.
CHANGED, RAISED = "changed", "raised"

DIFFERENCES = 10  # about as many are shown, some of each aspect
FAILURE_LINES = 6  # likewise
FAILURE_WIDTH = 240  # TensorFlow prints whole structures in one line


def report(verdict: Verdict, aspect: str | None = None) -> str:
    """Lay a verdict out as lines.

    Line 1 stands alone in a log: the case, and what happened to it; where it stopped, what is wrong. Line 2 has the
    versions. Then comes the rest of what was raised, or a line per difference and per aspect that could not be
    compared.

    Args:
        verdict: Any verdict: something changed, nothing changed, or it stopped.
        aspect: Speak of this aspect only. A verdict that stopped is told whole.
    """
    if verdict.stage:
        raised, log = _failure(verdict)
        head, rest = ": ".join([STOPPED[verdict.stage], *raised[:1]]), [*raised[1:], *log, *why(verdict)]
    else:
        told = _only(verdict, aspect) if aspect else verdict
        head, rest = (
            _happened(told, aspect),
            _differences(told) + (why(told) if told.lost else []) + _not_compared(told),
        )
    versions = ", ".join(f"{package} {version}" for package, version in verdict.versions.items())
    return "\n  ".join([f"{verdict.case}: {head}", versions or "versions unknown", *rest])


def why(verdict: Verdict) -> list[str]:
    """The first layer that answers otherwise, and each cause that is known with what to write instead, a line each."""
    first = [] if verdict.first is None else [str(verdict.first)]
    causes = [(CAUSES[clue.cause], clue) for clue in verdict.causes]
    told = [line for cause, clue in causes for line in (f"because {cause.words(clue)}", f"  {cause.remedy(clue)}")]
    return [*first, *told]


def _only(verdict: Verdict, aspect: str) -> Verdict:
    return replace(verdict, findings={name: each for name, each in verdict.findings.items() if name == aspect})


def _happened(verdict: Verdict, aspect: str | None) -> str:
    if verdict.lost:
        count = len(verdict.differences)
        what = {word: [each for each in verdict.lost if how(verdict, each) == word] for word in (CHANGED, RAISED)}
        words = " and ".join(f"{_listed(aspects)} {word}" for word, aspects in what.items() if aspects)
        return f"{words} after the round trip ({count} difference{'s' if count > 1 else ''})"
    unseen = verdict.unseen()
    missed = f"{_listed(list(unseen))} could not be compared" if unseen else ""
    if aspect:
        return missed or f"{aspect} did not change after the round trip"
    return "nothing changed after the round trip" + (f", but {missed}" if missed else "")


def how(verdict: Verdict, aspect: str) -> str:
    """How an aspect was lost: its values are other ones, or there are none, because looking at it raises now."""
    finding = verdict.findings[aspect]
    return RAISED if isinstance(finding, Unseen) and finding.raised else CHANGED


def named(verdict: Verdict, aspects: Iterable[str]) -> str:
    """Lost aspects in a list, each that raises with that word: "weights, predictions (raises)"; "-" for none."""
    return ", ".join(f"{each} (raises)" if how(verdict, each) == RAISED else each for each in aspects) or "-"


def _differences(verdict: Verdict) -> list[str]:
    share = max(2, DIFFERENCES // max(1, len(verdict.lost)))
    return [line for aspect in verdict.lost for line in few(aspect, verdict.about(aspect), share)]


def few(aspect: str, differences: Sequence[Difference], most: int) -> list[str]:
    """The first differences of an aspect, a line each, and how many more there are."""
    left_out = len(differences) - most
    more = [f"and {left_out} more of the {aspect}"] if left_out > 0 else []
    return [*map(str, differences[:most]), *more]


def _not_compared(verdict: Verdict) -> list[str]:
    return [f"{_listed(aspects)}: not compared: {why}" for why, aspects in reasons(verdict).items()]


def reasons(verdict: Verdict) -> dict[str, list[str]]:
    """Why something could not be compared -> the aspects."""
    found: dict[str, list[str]] = {}
    for aspect, unseen in verdict.unseen().items():
        found.setdefault(unseen.why, []).append(aspect)
    return found


def _failure(verdict: Verdict) -> tuple[list[str], list[str]]:
    """What was raised, its first lines, and before them what is wrong, where these say it later or never; the log."""
    lines = verdict.failure.strip().splitlines()
    wrong = gist(verdict.failure)
    lines = lines if not lines or lines[0].startswith(wrong) else [wrong, *lines]
    shown = [each if len(each) <= FAILURE_WIDTH else each[:FAILURE_WIDTH] + "…" for each in lines[:FAILURE_LINES]]
    more = ["…"] if len(lines) > FAILURE_LINES else []
    return [*shown, *more], [f"log: {verdict.log}"] if verdict.log else []


def _listed(words: Sequence[str]) -> str:
    """Join words as a sentence does: `a`, `a and b`, `a, b and c`."""
    return " and ".join(", ".join(part) for part in (words[:-1], words[-1:]) if part)
