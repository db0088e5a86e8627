"""Known failures: what is broken upstream, as data, each with the message that it must still show."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Iterable, Iterator, Sequence

from harness.environment import Environment


@dataclass(frozen=True)
class KnownFailure:
    """One failure that is expected, in all the cells that a pattern matches.

    Where several match, the cell fails for several reasons: each must show, and together they
    must explain all of it.

    Attributes:
        cells: Pattern of case ids, or several. Its parts, between dashes, are "*" or
            alternatives "a|b", or "!a|b": anything but these. "*" may also
            stand first for any recipe: "*-savedmodel-bare".
        about: An aspect, or the stage at which these cells stop; or several, each of which fails so.
        messages: Each must be found in the failure; and each line of it must contain one of
            them, or one of another entry that matches.
        because: Link to the upstream issue, or to the entry in docs/findings.md.
        when: PEP 508 requirements on the environment under which it fails.
    """

    cells: str | tuple[str, ...]
    about: str | tuple[str, ...]
    messages: tuple[str, ...]
    because: str
    when: tuple[str, ...] = ()

    def parts(self) -> Iterator[KnownFailure]:
        """The same, one for each pattern and aspect."""
        for cells in _several(self.cells):
            for about in _several(self.about):
                yield replace(self, cells=cells, about=about)

    def applies(self, id: str, environment: Environment) -> bool:
        return any(matches(each, id) for each in _several(self.cells)) and not environment.unmet(self.when)


def _several(text: str | tuple[str, ...]) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else text


def unexplained(entries: Sequence[KnownFailure], lines: Sequence[str]) -> tuple[KnownFailure, str] | None:
    """What of a failure its entries do not expect, and the one to correct; None when all is as known."""
    for entry in entries:
        for message in entry.messages:
            if not any(message in line for line in lines):
                return entry, f"expected, but not found: {message}"
    expected = [message for entry in entries for message in entry.messages]
    for line in lines:
        if not any(message in line for message in expected):
            return entries[0], f"found, but not expected: {line}"
    return None


def matches(pattern: str, id: str) -> bool:
    """Whether a pattern matches a case id, part by part."""
    wanted, parts = pattern.split("-"), id.split("-")
    if wanted[0] == "*" and len(wanted) < len(parts):
        parts = ["*", *parts[len(parts) - len(wanted) + 1 :]]
    return len(wanted) == len(parts) and all(map(_part_matches, wanted, parts))


def _part_matches(wanted: str, part: str) -> bool:
    if wanted == "*":
        return True
    if wanted.startswith("!"):
        return part not in wanted[1:].split("|")
    return part in wanted.split("|")


def find(known: Iterable[KnownFailure], id: str, about: str, environment: Environment) -> tuple[KnownFailure, ...]:
    """The entries for one case and one aspect or stage; of one with several patterns, the part that matches."""
    return tuple(
        replace(entry, cells=cells, about=about)
        for entry in known
        if about in _several(entry.about)
        for cells in _several(entry.cells)
        if matches(cells, id) and not environment.unmet(entry.when)
    )
