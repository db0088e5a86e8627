"""Known failures: what is broken upstream, as data, each with the message that it must still show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable, Sequence

from harness.environment import Environment


@dataclass(frozen=True)
class KnownFailure:
    """One failure that is expected, in all the cells that a pattern matches.

    Attributes:
        cells: Pattern of case ids. Its parts, between dashes, are "*" or
            alternatives "a|b", or "!a|b": anything but these. "*" may also
            stand first for any recipe: "*-savedmodel-bare".
        about: An aspect, or the stage at which these cells stop.
        messages: Each must be found in the failure; and each line of it must contain one of them.
        because: Link to the upstream issue, or to the entry in docs/findings.md.
        when: PEP 508 requirements on the environment under which it fails.
    """

    cells: str
    about: str
    messages: tuple[str, ...]
    because: str
    when: tuple[str, ...] = ()

    def applies(self, id: str, environment: Environment) -> bool:
        return matches(self.cells, id) and not environment.unmet(self.when)

    def unexplained(self, lines: Sequence[str]) -> str:
        """What in the lines of a failure this entry does not expect, in words; "" when all is as expected."""
        for message in self.messages:
            if not any(message in line for line in lines):
                return f"expected, but not found: {message}"
        for line in lines:
            if not any(message in line for message in self.messages):
                return f"found, but not expected: {line}"
        return ""


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


def find(known: Iterable[KnownFailure], id: str, about: str, environment: Environment) -> KnownFailure | None:
    """The entry for one case and one aspect or stage.

    Raises:
        ValueError: Two entries claim the same failure.
    """
    found = [each for each in known if each.about == about and each.applies(id, environment)]
    if len(found) > 1:
        raise ValueError(f"{id}, {about}: {len(found)} known failures claim it: {found[0].cells}, {found[1].cells}")
    return found[0] if found else None
