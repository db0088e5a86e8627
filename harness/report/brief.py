"""What a person reads of a check: what keeps the model, why the rest does not, and equal ways in one row."""

from __future__ import annotations

import itertools
import textwrap
from typing import Iterable, Iterator, Mapping, Sequence

from harness.causes import CAUSES
from harness.causes.cause import begins_at
from harness.nouns import LOADERS
from harness.observation import Clue
from harness.report.script import script_command
from harness.report.ways import Way, keeps, mend_words, outcome
from harness.verdict import Kept, Unseen, Verdict
from harness.verdicts.wording import named
from harness.words import gist

#: Columns of the table: what is lost, and by which ways; no terminal is narrower than both.
LOST, BY = 46, 50
#: Of a failure that nothing explains, so much is told.
REASON = 160


def best(ways: Sequence[Way], required: Sequence[str]) -> str:
    """The simplest way with its lines; and the simplest that loses nothing, if that is another."""
    wanted = ", ".join(required) or "nothing in particular"
    if not ways:
        return f"Nothing that was tried keeps {wanted}."
    shown = [ways[0], *itertools.islice((way for way in ways[1:] if ways[0].lost and not way.lost), 1)]
    lines = [f"What keeps {wanted}, simplest first:"]
    for way in shown:
        lines += lines_of(way, ways.index(way) + 1)
    others = by_loader([(way.format, way.loader) for way in ways if way not in shown and not way.mend])
    return "\n".join([*lines, *([f"  and so do {others}"] if others else [])])


def lines_of(way: Way, number: int) -> list[str]:
    """One way in three lines: what it loses, how to save, how to load."""
    rest = f"loses {', '.join(way.lost)}" if way.lost else "loses nothing that could be seen"
    named = ", ".join(filter(None, (way.format, way.loader, way.mend)))
    return [
        f"  {number}. {named}: {rest}; {way.size / 1000:.0f} kB",
        f"       save:  {way.save}",
        f"       load:  {way.load}",
    ]


def because(verdicts: Iterable[Verdict]) -> str:
    """Each cause once, by number, with the first layer that answers otherwise, and what to write instead."""
    told = list(verdicts)
    lines = []
    for clue, number in numbers(told).items():
        cause = CAUSES[clue.cause]
        begins = [each.first for each in told if each.first and clue in each.causes and begins_at(each.first, clue)]
        first = str(begins[0]) if begins else ""
        lines += [f"({number}) because {cause.words(clue)}", *([f"    {first}"] if first else [])]
        lines += [f"    write: {cause.remedy(clue)}", *([f"    see: {cause.link}"] if cause.link else [])]
        lines += [f"    tried: {line}" for line in _tried([each for each in told if clue in each.causes], clue)]
    return "\n".join(lines)


def _tried(verdicts: Sequence[Verdict], clue: Clue) -> list[str]:
    """What was done against a cause and what came of it, a line each, with the formats of which it is so."""
    formats: dict[str, list[str]] = {}
    for verdict in verdicts:
        for each in verdict.mended:
            if clue.cause in each.mend.cures:
                found = formats.setdefault(f"{mend_words(each.mend)}: {outcome(each)}", [])
                found += [verdict.case.format] if verdict.case.format not in found else []
    return [f"{line} ({', '.join(names)})" for line, names in formats.items()]


def numbers(verdicts: Iterable[Verdict]) -> Mapping[Clue, int]:
    """The causes of several verdicts, and how a row of the table refers to them."""
    clues = dict.fromkeys(clue for verdict in verdicts for clue in verdict.causes)
    return {clue: number for number, clue in enumerate(clues, 1)}


def rows(verdicts: Sequence[Verdict], required: Sequence[str]) -> str:
    """A table of what is lost, and by which ways; no line is wider than 100 characters, but for an unknown reason."""
    known = numbers(verdicts)
    groups: dict[str, list[Verdict]] = {}
    for verdict in sorted(verdicts, key=lambda each: (bool(each.stage), len(each.lost))):
        groups.setdefault(_lost(verdict, known, required), []).append(verdict)
    lines = [_row("lost", ["by"])]
    for lost, group in groups.items():
        lines.append(_row(lost, textwrap.wrap(by_loader([_way(each) for each in group]), BY)))
        unexplained = [
            each for each in group if not each.causes and not keeps(each, required) and _is_loss(each, required)
        ]
        reasons = dict.fromkeys(
            textwrap.shorten(missed(each, required), REASON, placeholder="...") for each in unexplained
        )
        lines += [f"    no known cause: {reason}" for reason in itertools.islice(reasons, 3)]
        begins = dict.fromkeys(str(each.first) for each in unexplained if each.first)
        lines += [f"    {first}" for first in itertools.islice(begins, 1)]
        commands = filter(None, map(script_command, unexplained))
        lines += [f"    {command} writes a script" for command in itertools.islice(commands, 1)]
    return "\n".join(lines)


def missed(verdict: Verdict, required: Sequence[str]) -> str:
    """The first reason why a way does not keep what is required."""
    if verdict.stage:
        return f"does not {verdict.stage}: {gist(verdict.failure)}"
    for aspect in [each for each in required if each in verdict.lost] or required:
        finding = verdict.findings.get(aspect, Kept())
        if verdict.about(aspect):
            return str(verdict.about(aspect)[0])
        if isinstance(finding, Unseen):
            return f"{aspect} {finding}"
    return f"{', '.join(required)}: nobody looked"


def _is_loss(verdict: Verdict, required: Sequence[str]) -> bool:
    """Whether what is required was lost; what a way has nothing to show of is no loss."""
    return bool(verdict.stage or set(required) & set(verdict.lost))


def by_loader(ways: Iterable[tuple[str, str]]) -> str:
    """Ways by loader, in the order of the loaders: "bare: savedmodel, dot_keras; code: whole_h5"."""
    formats: dict[str, list[str]] = {}
    for format, loader in ways:
        formats.setdefault(loader, []).append(format)
    return "; ".join(f"{loader}: {', '.join(formats[loader])}" for loader in LOADERS if loader in formats)


def _way(verdict: Verdict) -> tuple[str, str]:
    return verdict.case.format, verdict.case.loader


def _lost(verdict: Verdict, known: Mapping[Clue, int], required: Sequence[str]) -> str:
    if verdict.stage:
        told = f"everything: no {verdict.stage}"
    else:
        besides = [each for each in verdict.lost if each not in verdict.promised]
        parts = [named(verdict, verdict.broken)] if verdict.broken else []
        parts += [f"{named(verdict, besides)} (not promised)"] if besides else []
        hidden = [each for each in required if each not in verdict.kept and each not in verdict.lost]
        parts += [f"does not show {', '.join(hidden)}"] if hidden else []
        told = "; ".join(parts) or "nothing"
    causes = "".join(f" ({known[clue]})" for clue in verdict.causes)
    return told + causes


def _row(left: str, right: Sequence[str]) -> str:
    pairs: Iterator[tuple[str, str]] = itertools.zip_longest(textwrap.wrap(left, LOST), right, fillvalue="")
    return "\n".join(f"{one:<{LOST}}  {other}".rstrip() for one, other in pairs)
