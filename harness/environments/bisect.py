"""Between which two releases of a package does the verdict of a cell change?"""

from __future__ import annotations

import re
import shutil
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, Iterator, Mapping, Sequence, TypeVar

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import InvalidVersion, Version

from harness.driver.plans import RoundTrip
from harness.driver.run import Run
from harness.driver.settings import Settings
from harness.environments.make import ENVIRONMENTS, describe, make
from harness.environments.package_index import Release
from harness.environments.table import Row
from harness.nouns import Case, HarnessError, InfrastructureError
from harness.report.markdown import markdown_table
from harness.verdict import Verdict
from harness.words import gist

#: What a cell's verdict comes to, in words that are compared: "reload: ValueError: ...", "loads, lost: optimizer", ...
Summary = str
WHOLE = "keeps all that it promises"

_LOG = re.compile(r" \(log: .*\)$")

Say = Callable[[str], None]
Seen = TypeVar("Seen")


@dataclass(frozen=True)
class Span:
    """Releases one after another with the same verdict, as far as they were tried.

    Attributes:
        first: The oldest of them that was tried.
        last: The newest of them that was tried.
        summary: What their verdicts come to.
        untried: Releases between `last` and the next span that were not tried: the change is somewhere among them.
    """

    first: Release
    last: Release
    summary: Summary
    untried: int


def find_changes(
    count: int, coarse: Sequence[int], look: Callable[[int], Seen], limit: int, every: bool
) -> dict[int, Seen]:
    """Try few of many places in a row, and find the neighbours between which what is seen changes.

    The ends are tried first. When they are alike, places in between are, by halving, until one differs; then
    every change that is enclosed is bisected.

    Args:
        count: How many places there are, 2 or more.
        coarse: Those that are tried in between: one of each minor release.
        look: What is seen at a place; compared by ==.
        limit: How often to look, at most.
        every: Look at all coarse places, even when the ends differ: there may be more than one change.

    Returns:
        Place -> what was seen there, in order.
    """
    seen: dict[int, Seen] = {}
    for place in (0, count - 1):
        seen[place] = look(place)
    if every or seen[0] == seen[count - 1]:
        for place in halving(coarse):
            if len(seen) >= limit or (not every and any(each != seen[0] for each in seen.values())):
                break
            if place not in seen:
                seen[place] = look(place)
    while len(seen) < limit:
        places = sorted(seen)
        gap = next(((a, b) for a, b in zip(places, places[1:]) if b - a > 1 and seen[a] != seen[b]), None)
        if gap is None:
            break
        middle = sum(gap) // 2
        seen[middle] = look(middle)
    return {place: seen[place] for place in sorted(seen)}


def halving(places: Sequence[int]) -> Iterator[int]:
    """The middle, then the middles of both halves, and so on."""
    parts = deque([places])
    while parts:
        part = parts.popleft()
        if part:
            middle = len(part) // 2
            yield part[middle]
            parts += [part[:middle], part[middle + 1 :]]


def minors(releases: Sequence[Release]) -> list[int]:
    """The place of the last release of each minor version."""
    last: dict[tuple[int, ...], int] = {}
    for place, release in enumerate(releases):
        last[Version(release.version).release[:2]] = place
    return list(last.values())


def spans(releases: Sequence[Release], seen: Mapping[int, Summary]) -> list[Span]:
    """What was seen, as stretches of releases with the same verdict."""
    places = list(seen)
    result: list[Span] = []
    start = 0
    for end, place in enumerate(places):
        last = end + 1 == len(places)
        if last or seen[places[end + 1]] != seen[place]:
            untried = 0 if last else places[end + 1] - place - 1
            result.append(Span(releases[places[start]], releases[place], seen[place], untried))
            start = end + 1
    return result


def summarize(verdict: Verdict) -> Summary:
    """A verdict in the words that are compared."""
    if verdict.stage:
        return f"{verdict.stage}: {gist(verdict.failure)}"
    return f"loads, lost: {', '.join(verdict.broken)}" if verdict.broken else WHOLE


def hindrance(error: str, release: Release) -> Summary:
    """Why there is no verdict, without what is of one release alone, so that its neighbours say the same.

    Args:
        error: "whose fault: the reason (log: path)".
        release: The release.
    """
    reason = _LOG.sub("", error.partition(": ")[2] or error)
    return f"cannot be used: {reason.replace(release.version, 'it')}"


def within(releases: Sequence[Release], first: str, last: str) -> list[Release]:
    """The releases from one to another, both included.

    Raises:
        HarnessError: One of them is no version, or fewer than two are left.
    """
    try:
        low, high = Version(first or "0"), Version(last or "99999")
    except InvalidVersion as error:
        raise HarnessError(f"--between {first} {last}: expected two versions ({error})") from None
    chosen = [release for release in releases if low <= Version(release.version) <= high]
    if len(chosen) < 2:
        known = f"{releases[0].version} to {releases[-1].version}" if releases else "none"
        raise HarnessError(
            f"expected two or more releases between {first or 'the first'} and {last or 'the last'}; "
            f"there are {known} for this Python"
        )
    return chosen


@dataclass(frozen=True)
class Search:
    """Cells, tried with releases of one package, all else as in a row.

    Attributes:
        row: The environment in which one package is exchanged.
        package: Its name.
        releases: Of the package, oldest first.
        cases: The cells; all are tried with each release that is tried.
        settings: How runs are carried out.
        folder: Where environments are made and dropped.
        say: Told of each release.
        limit: Releases to try, at most.
        every: Whether to try each minor release: there may be several changes.
    """

    row: Row
    package: str
    releases: Sequence[Release]
    cases: Sequence[Case]
    settings: Settings
    folder: Path = ENVIRONMENTS
    say: Say = print
    limit: int = 40
    every: bool = False

    def run(self) -> dict[str, list[Span]]:
        """Case id -> the stretches of releases in which its verdict stays the same."""
        coarse = minors(self.releases)
        seen = find_changes(len(self.releases), coarse, self._look, self.limit, self.every)
        return {
            case.id: spans(self.releases, {place: summaries[column] for place, summaries in seen.items()})
            for column, case in enumerate(self.cases)
        }

    def _look(self, place: int) -> tuple[Summary, ...]:
        """What becomes of each case with one release, in an environment that is dropped afterwards."""
        release = self.releases[place]
        name = f"{self.row.name}-{self.package}-{release.version}"
        summaries: tuple[Summary, ...]
        try:
            python = make(self.folder / name, name, self.row.python, self.requirements(release))
        except InfrastructureError as error:
            self.say(str(error))
            summaries = ("cannot be installed",) * len(self.cases)
        else:
            summaries = self._try(str(python), release, self.settings.logs / name)
        finally:
            shutil.rmtree(self.folder / name, ignore_errors=True)
        self.say(f"{self.package} {release.version} ({release.day}): {' | '.join(dict.fromkeys(summaries))}")
        return summaries

    def requirements(self, release: Release) -> list[str]:
        """What is installed with a release: all that the row asks for, and the package at that release."""
        package = canonicalize_name(self.package)
        others = [each for each in self.row.asked if canonicalize_name(Requirement(each).name) != package]
        return [*others, f"{self.package}=={release.version}"]

    def _try(self, python: str, release: Release, logs: Path) -> tuple[Summary, ...]:
        plan = RoundTrip(tuple(self.cases), resave=False)
        try:
            environment = describe(python, self.row)
            with Run([plan], environment, replace(self.settings, records=None, logs=logs)) as verdicts:
                return tuple(map(summarize, verdicts))
        except InfrastructureError as error:
            self.say(str(error))
            return (hindrance(str(error), release),) * len(self.cases)


def as_markdown(row: Row, package: str, found: Mapping[str, Sequence[Span]]) -> str:
    """A Markdown table: a line for each stretch of releases."""
    head = [f"on {row.name}, with {package}", "case", "verdict"]
    lines = [[_releases(span), case, span.summary] for case, stretches in found.items() for span in stretches]
    return markdown_table([head, *lines])


def _releases(span: Span) -> str:
    text = f"{span.first.version} ({span.first.day})"
    if span.last != span.first:
        text += f" to {span.last.version} ({span.last.day})"
    return text + (f", then {span.untried} not tried" if span.untried else "")
