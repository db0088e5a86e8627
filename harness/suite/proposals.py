"""Propose known failures from the results of a run: what to add, what to correct, what to delete."""

from __future__ import annotations

from typing import Iterable, Iterator, Sequence

from harness.environment import Environment
from harness.nouns import STAGES
from harness.suite.known_failures import KnownFailure, find, matches, unexplained
from harness.verdict import Verdict

# The part of a line that does not change from cell to cell.
_PHRASES = ("values differ", "names changed", "missing after reload", "appeared after reload", "names moved")
_LONGEST = 200


def proposals(verdicts: Sequence[Verdict], known: Sequence[KnownFailure], environment: Environment) -> list[str]:
    """Lines of Python to paste, each group under a comment that says what to do; [] when all is as known."""
    failures = dict(_failures(verdicts))
    surprising: dict[tuple[str, tuple[str, ...]], list[str]] = {}
    for (id, about), lines in failures.items():
        entries = find(known, id, about, environment)
        if not entries or unexplained(entries, lines):
            surprising.setdefault((about, tuple(dict.fromkeys(map(_gist, lines)))), []).append(id)
    proposed = []
    for (about, messages), ids in surprising.items():
        others = [each.case.id for each in verdicts if each.case.id not in ids]
        proposed.append(f"# add, or correct the entry that stands: {len(ids)} cells fail like this")
        proposed.append(_entry(patterns(ids, others), about, messages))
    ran = [each.case.id for each in verdicts]
    loaded = [each.case.id for each in verdicts if not each.stage]
    for entry in (part for each in known for part in each.parts()):
        reached = ran if entry.about in STAGES else loaded
        passing = [id for id in reached if entry.applies(id, environment) and (id, entry.about) not in failures]
        if passing:
            proposed.append(f"# delete or narrow: {len(passing)} cells pass, for example {passing[0]}")
            proposed.append(f"#   KnownFailure({entry.cells!r}, {entry.about!r}, ...)")
    return proposed


def _failures(verdicts: Iterable[Verdict]) -> Iterator[tuple[tuple[str, str], list[str]]]:
    """((id, stage or aspect), lines) of everything that a format promised and did not keep."""
    for verdict in verdicts:
        if verdict.stage:
            yield (verdict.case.id, verdict.stage), [" ".join(verdict.failure.split())]
        for aspect in verdict.findings:
            if aspect in verdict.promised and verdict.complaints(aspect):
                yield (verdict.case.id, aspect), list(verdict.complaints(aspect))


def _gist(line: str) -> str:
    for phrase in _PHRASES:
        if phrase in line:
            return phrase
    return line.partition(" (off by")[0][:_LONGEST]


def _entry(cells: Sequence[str], about: str, messages: tuple[str, ...]) -> str:
    named = cells[0] if len(cells) == 1 else tuple(cells)
    return f'KnownFailure({named!r}, {about!r}, {messages!r}, because=""),'


def patterns(ids: Sequence[str], others: Sequence[str]) -> list[str]:
    """Few patterns that match all the ids and none of the others: one if it can be, else one for each id."""
    lengths = {len(id.split("-")) for id in ids}
    if len(lengths) == 1:
        parts = [list(dict.fromkeys(column)) for column in zip(*(id.split("-") for id in ids))]
        wanted = ["|".join(sorted(values)) for values in parts]
        if _free(wanted, others):
            for index in range(len(wanted)):
                wider = [*wanted[:index], "*", *wanted[index + 1 :]]
                wanted = wider if _free(wider, others) else wanted
            return ["-".join(wanted)]
    return list(ids)


def _free(wanted: Sequence[str], others: Iterable[str]) -> bool:
    return not any(matches("-".join(wanted), other) for other in others)
