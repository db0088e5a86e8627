"""What came of a run of cells, for whoever reads its end: what is other than known, then all of it by format."""

from __future__ import annotations

import itertools
import textwrap
from collections import Counter
from typing import Iterable, Iterator, Sequence

from harness.nouns import RELOAD, SAVE, TRAIN
from harness.report.colours import BAD, GOOD, HEAD, SOME, Paint
from harness.report.result import Result
from harness.suite.expectations import FAILED, KNOWN, LOADING, SKIPPED, Outcome
from harness.verdict import Verdict
from harness.verdicts.wording import STOPPED
from harness.words import gist

#: So many cells are named that came out otherwise than known, and so many that took longest; the rest is counted.
NAMED, SLOWEST = 10, 3
#: Of a reason, so much is told.
REASON = 160

#: Of a column of counts; what is longer goes on in the next line.
WIDTH = 50

_STAGES = (TRAIN, SAVE, RELOAD, "observe", "resave")


def summary(results: Sequence[Result], paint: Paint) -> list[str]:
    """Lines for people, in parts with an empty line between; what is other than known stands first."""
    parts = (_other(results, paint), _by_format(results, paint), _not_judged(results), _slowest(results, paint))
    return [line for part in parts if part for line in ("", *part)][1:]


def _other(results: Sequence[Result], paint: Paint) -> list[str]:
    """The cells that came out otherwise than known, a line each."""
    cells = [each for each in results if _about(each, FAILED)]
    if not cells:
        return [paint(f"{_count(len(results), 'cell')} as known", HEAD, GOOD)] if results else []
    lines = [paint(f"{_count(len(cells), 'cell')} of {len(results)} otherwise than known:", HEAD, BAD)]
    for each in cells[:NAMED]:
        aspects = ", ".join(_about(each, FAILED))
        lines.append(f"  {each.verdict.case}: {paint(aspects, BAD)}: {reason(each)}")
    return lines + ([f"  and {len(cells) - NAMED} more"] if len(cells) > NAMED else [])


def reason(result: Result) -> str:
    """Why the first of a result's failures is one, in one line."""
    about = _about(result, FAILED)[0]
    verdict, told = result.verdict, result.outcomes[about].why
    if told.startswith("passes, "):
        line = told
    elif about == LOADING:
        line = f"{STOPPED[verdict.stage]}: {gist(verdict.failure)}"
    else:
        line = next(iter(verdict.complaints(about)), told.partition("\n")[0])
    return line if len(line) <= REASON else line[: REASON - 3] + "..."


def _by_format(results: Sequence[Result], paint: Paint) -> list[str]:
    """A table: of each format and loader how many cells loaded, and what was lost, known and otherwise."""
    rows: list[tuple[str, ...]] = [("format", "loader", "loaded", "lost, as known (cells)", "otherwise (cells)")]
    for format, loader in dict.fromkeys((each.verdict.case.format, each.verdict.case.loader) for each in results):
        cells = [each for each in results if (each.verdict.case.format, each.verdict.case.loader) == (format, loader)]
        loaded = sum(not each.verdict.stage for each in cells)
        counts = (_counted(cells, kind) for kind in (KNOWN, FAILED))
        known, other = (textwrap.wrap(each, WIDTH) for each in counts)
        first = (format, loader, f"{loaded} of {len(cells)}")
        for number, pair in enumerate(itertools.zip_longest(known or [""], other, fillvalue="")):
            rows.append((*(first if number == 0 else ("", "", "")), *pair))
    return list(_aligned(rows, paint)) if results else []


def _counted(cells: Sequence[Result], kind: str) -> str:
    """How many cells came out so, by aspect: "optimizer 14, resume 12"."""
    counts = Counter(about for each in cells for about in _about(each, kind))
    return ", ".join(f"{about} {count}" for about, count in counts.items())


def _aligned(rows: Sequence[tuple[str, ...]], paint: Paint) -> Iterator[str]:
    widths = [max(map(len, column)) for column in zip(*rows)]
    styles = [(), (), (), (SOME,), (BAD,)]
    for number, row in enumerate(rows):
        # What a terminal does not show is no width.
        gaps = (" " * (width - len(cell)) for cell, width in zip(row, widths))
        painted = (paint(cell, *((HEAD,) if number == 0 else style)) for cell, style in zip(row, styles))
        yield "  ".join(map(str.__add__, painted, gaps)).rstrip()


def _not_judged(results: Sequence[Result]) -> list[str]:
    """What nobody was to judge, and why, a line for each reason."""
    loaded = [each for each in results if not each.verdict.stage]
    beside = [(each.verdict, aspect) for each in loaded for aspect in _not_promised(each.verdict)]
    unseen = sum(about in each.verdict.promised for each in loaded for about in _about(each, SKIPPED))
    stopped = len(results) - len(loaded)
    became = Counter(_became(verdict, aspect) for verdict, aspect in beside)
    words = ", ".join(f"{became[word]} {word}" for word in ("kept", "lost", "not to be seen") if became[word])
    asked = f"{_count(len(beside), 'aspect')} that the format of a cell does not promise ({words})"
    told = {
        f"not asked for: {asked}": len(beside),
        f"not to be seen: {_count(unseen, 'promised aspect')} of models that have nothing of the kind": unseen,
        f"not reached: all aspects of {_count(stopped, 'cell')} that did not load": stopped,
    }
    return [line for line, number in told.items() if number]


def _not_promised(verdict: Verdict) -> list[str]:
    return [aspect for aspect in verdict.findings if aspect not in verdict.promised]


def _became(verdict: Verdict, aspect: str) -> str:
    return "lost" if aspect in verdict.lost else "kept" if aspect in verdict.kept else "not to be seen"


def _slowest(results: Sequence[Result], paint: Paint) -> list[str]:
    """By stage how long it took in all, and what took longest; a recipe is trained once for all its cells."""
    rows: list[tuple[str, ...]] = [("stage", "seconds", "slowest")]
    for stage in _STAGES:
        seconds: dict[str, float] = {}
        for each in results:
            if stage in each.verdict.seconds:
                case = each.verdict.case
                # A recipe is trained once, and saved once in each format.
                name = {TRAIN: case.recipe.id, SAVE: f"{case.recipe.id}-{case.format}"}.get(stage, case.id)
                seconds[name] = each.verdict.seconds[stage]
        if seconds:
            first = sorted(seconds, key=lambda name: (-seconds[name], name))[:SLOWEST]
            rows.append((stage, f"{sum(seconds.values()):.0f}", ", ".join(f"{seconds[n]:.1f} {n}" for n in first)))
    widths = [max(map(len, column)) for column in itertools.islice(zip(*rows), 2)]
    lines = [f"{stage:<{widths[0]}}  {total:>{widths[1]}}  {names}" for stage, total, names in rows]
    return [paint(lines[0], HEAD), *lines[1:]] if len(lines) > 1 else []


def _about(result: Result, kind: str) -> list[str]:
    """What came out so."""
    outcomes: Iterable[tuple[str, Outcome]] = result.outcomes.items()
    return [about for about, outcome in outcomes if outcome.kind == kind]


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
