"""Between which two releases of a package does the verdict of a cell change?"""

from __future__ import annotations

import re
import shutil
import tempfile
from collections import deque
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Callable, Iterator, Mapping, Sequence, TypeVar

from packaging.requirements import Requirement
from packaging.version import InvalidVersion, Version

from harness.driver.run import Run
from harness.driver.tasks import Settings
from harness.environments.make import described, make
from harness.environments.package_index import Release
from harness.environments.pinning import inputs
from harness.environments.table import Row
from harness.formats import find_format
from harness.nouns import Case, HarnessError, InfrastructureError, Verdict
from harness.words import gist

#: What a cell's verdict comes to, in words that are compared: "reload: ValueError: ...", "lost: optimizer", ...
Word = str
WHOLE = "keeps all that it promises"

_LOG = re.compile(r" \(log: .*\)$")

Say = Callable[[str], None]
Seen = TypeVar("Seen")


@dataclass(frozen=True)
class Span:
    """Releases one after another with the same outcome, as far as they were tried.

    Attributes:
        first: The oldest of them that was tried.
        last: The newest of them that was tried.
        word: The outcome.
        untried: Releases between `last` and the next span that were not tried: the change is somewhere among them.
    """

    first: Release
    last: Release
    word: Word
    untried: int


def search(count: int, coarse: Sequence[int], look: Callable[[int], Seen], limit: int, every: bool) -> dict[int, Seen]:
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


def minors(found: Sequence[Release]) -> list[int]:
    """The place of the last release of each minor version."""
    last: dict[tuple[int, ...], int] = {}
    for place, release in enumerate(found):
        last[Version(release.version).release[:2]] = place
    return list(last.values())


def spans(found: Sequence[Release], seen: Mapping[int, Word]) -> list[Span]:
    """What was seen, as stretches of releases with the same outcome."""
    places = list(seen)
    result: list[Span] = []
    start = 0
    for end, place in enumerate(places):
        last = end + 1 == len(places)
        if last or seen[places[end + 1]] != seen[place]:
            untried = 0 if last else places[end + 1] - place - 1
            result.append(Span(found[places[start]], found[place], seen[place], untried))
            start = end + 1
    return result


def word_of(verdict: Verdict) -> Word:
    """A verdict in the words that are compared."""
    if verdict.stage:
        return f"{verdict.stage}: {gist(verdict.failure)}"
    promised = find_format(verdict.case.format).keeps[verdict.case.loader]
    lost = dict.fromkeys(each.aspect for each in verdict.differences if each.aspect in promised)
    return f"loads, lost: {', '.join(lost)}" if lost else WHOLE


def hindrance(error: str, release: Release) -> Word:
    """Why there is no verdict, without what is of one release alone, so that its neighbours say the same.

    Args:
        error: "whose fault: the reason (log: path)".
        release: The release.
    """
    reason = _LOG.sub("", error.partition(": ")[2] or error)
    return f"cannot be used: {reason.replace(release.version, 'it')}"


def within(found: Sequence[Release], first: str, last: str) -> list[Release]:
    """The releases from one to another, both included.

    Raises:
        HarnessError: One of them is no version, or fewer than two are left.
    """
    try:
        low, high = Version(first or "0"), Version(last or "99999")
    except InvalidVersion as error:
        raise HarnessError(f"--between {first} {last}: expected two versions ({error})") from None
    chosen = [release for release in found if low <= Version(release.version) <= high]
    if len(chosen) < 2:
        known = f"{found[0].version} to {found[-1].version}" if found else "none"
        raise HarnessError(
            f"expected two or more releases between {first or 'the first'} and {last or 'the last'}; "
            f"there are {known} for this Python"
        )
    return chosen


def try_release(
    row: Row, package: str, release: Release, cases: Sequence[Case], settings: Settings, folder: Path, say: Say
) -> tuple[Word, ...]:
    """The outcome of each case with one release, in an environment that is made for it and dropped afterwards."""
    name = f"{row.name}-{package}-{release.version}"
    path = folder / name
    other = [each for each in inputs(row) if Requirement(each).name != package]
    words: tuple[Word, ...]
    try:
        python = make(path, name, row.python, [*other, f"{package}=={release.version}"], wheels_only=True)
    except InfrastructureError as error:
        say(str(error))
        words = ("cannot be installed",) * len(cases)
    else:
        words = _words(str(python), row, release, cases, replace(settings, logs=settings.logs / name), say)
    finally:
        shutil.rmtree(path, ignore_errors=True)
        path.with_name(f".{name}.lock").unlink(missing_ok=True)
    say(f"{package} {release.version} ({release.day}): {' | '.join(dict.fromkeys(words))}")
    return words


def _words(
    python: str, row: Row, release: Release, cases: Sequence[Case], settings: Settings, say: Say
) -> tuple[Word, ...]:
    with tempfile.TemporaryDirectory(prefix="bisect-") as records:
        how = replace(settings, records=Path(records), keep=True, again=False)
        try:
            run = Run(cases, described(python, row), how).start()
            try:
                return tuple(word_of(run.verdict(case)) for case in cases)
            finally:
                run.close()
        except InfrastructureError as error:
            say(str(error))
            return (hindrance(str(error), release),) * len(cases)


def bisect(
    row: Row,
    package: str,
    found: Sequence[Release],
    cases: Sequence[Case],
    settings: Settings,
    folder: Path,
    say: Say,
    limit: int,
    every: bool,
) -> dict[str, list[Span]]:
    """Case id -> the stretches of releases in which its verdict stays the same.

    Args:
        row: The environment in which one package is exchanged.
        package: Its name.
        found: Its releases, oldest first.
        cases: The cells; all are tried with each release that is tried.
        settings: How runs are carried out.
        folder: Where environments are made and dropped.
        say: Told of each release.
        limit: Releases to try, at most.
        every: Whether to try each minor release.
    """

    def look(place: int) -> tuple[Word, ...]:
        return try_release(row, package, found[place], cases, settings, folder, say)

    seen = search(len(found), minors(found), look, limit, every)
    return {
        case.id: spans(found, {place: words[index] for place, words in seen.items()})
        for index, case in enumerate(cases)
    }


def told(row: Row, package: str, result: Mapping[str, Sequence[Span]]) -> str:
    """The result as a Markdown table: a line for each stretch of releases."""
    lines = [f"| on {row.name}, with {package} | case | verdict |", "| --- | --- | --- |"]
    for id, stretches in result.items():
        for span in stretches:
            lines.append(f"| {_releases(span)} | {id} | {span.word.replace('|', chr(92) + '|')} |")
    return "\n".join(lines)


def _releases(span: Span) -> str:
    text = f"{span.first.version} ({span.first.day})"
    if span.last != span.first:
        text += f" to {span.last.version} ({span.last.day})"
    return text + (f", then {span.untried} not tried" if span.untried else "")
