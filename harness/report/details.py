"""All that a check has seen, way by way: for whoever wants more than what `brief` tells."""

from __future__ import annotations

from typing import Callable, Sequence

from harness.report.brief import lines_of
from harness.report.ways import Way
from harness.verdict import Verdict
from harness.verdicts.wording import few, named, reasons
from harness.words import gist

FEW = 2  # differences of an aspect that are shown; JSON has them all


def details(verdicts: Sequence[Verdict], ways: Sequence[Way]) -> str:
    """A line a way; what each has lost, by name; what could not be compared; the lines of all that keep it."""
    every = dict.fromkeys(aspect for verdict in verdicts for aspect in verdict.findings)
    looked_at = f"{len(every)} aspects: {', '.join(every)}"
    lines = [line for number, way in enumerate(ways, 1) for line in lines_of(way, number)]
    parts = (looked_at, table(verdicts), losses(verdicts), unseen(verdicts), "\n".join(lines))
    return "\n\n".join(filter(None, parts))


def table(verdicts: Sequence[Verdict]) -> str:
    """One line for each format and loader: how many aspects were kept, and which were not."""
    lines = [["format", "loader", "kept", "kB", "s", "lost"]]
    for verdict in verdicts:
        besides = [each for each in verdict.lost if each not in verdict.promised]
        lost = [named(verdict, verdict.broken)] + ([f"not promised: {named(verdict, besides)}"] if besides else [])
        seconds = sum(verdict.seconds.get(stage, 0.0) for stage in ("save", "reload"))
        kept, told = (
            ("-", f"everything: no {verdict.stage}") if verdict.stage else (str(len(verdict.kept)), "; ".join(lost))
        )
        size = f"{verdict.size / 1000:.0f}" if verdict.size else "-"
        lines.append([verdict.case.format, verdict.case.loader, kept, size, f"{seconds:.1f}", told])
    widths = [max(map(len, column)) for column in zip(*lines)]
    return "\n".join("  ".join(map(str.ljust, line, widths)).rstrip() for line in lines)


def losses(verdicts: Sequence[Verdict]) -> str:
    """What was lost, with names. Ways that lost the same in the same words are told together."""
    ways = _together([each for each in verdicts if each.stage or each.lost], lambda verdict: [_lost(verdict)])
    return "\n".join(f"{', '.join(names)}:\n  {lost}" for lost, names in ways.items())


def unseen(verdicts: Sequence[Verdict]) -> str:
    """What could not be compared, and why."""
    loaded = [each for each in verdicts if not each.stage]
    ways = _together(loaded, lambda verdict: [f"{', '.join(each)}: {why}" for why, each in reasons(verdict).items()])
    lines = [
        f"  {line}" + ("" if len(names) == len(loaded) else f" ({', '.join(names)})") for line, names in ways.items()
    ]
    return "\n".join(["Not compared:", *lines]) if lines else ""


def _together(verdicts: Sequence[Verdict], told: Callable[[Verdict], Sequence[str]]) -> dict[str, list[str]]:
    """What is told of verdicts -> the ways of which it is told."""
    found: dict[str, list[str]] = {}
    for verdict in verdicts:
        for line in told(verdict):
            found.setdefault(line, []).append(f"{verdict.case.format} {verdict.case.loader}")
    return found


def _lost(verdict: Verdict) -> str:
    if verdict.stage:
        return gist(verdict.failure)
    return "\n  ".join(line for aspect in verdict.lost for line in few(aspect, verdict.about(aspect), FEW))
