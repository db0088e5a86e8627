"""What to do: the formats that kept what is asked for, best first, with the lines to paste."""

from __future__ import annotations

from typing import Iterable, NamedTuple, Sequence

from harness.formats import find_format
from harness.nouns import LOADERS, Verdict


class Way(NamedTuple):
    """One way to save and load that kept all that was asked for."""

    format: str
    loader: str
    kept: tuple[str, ...]
    lost: tuple[str, ...]
    size: int
    seconds: float
    save: str
    load: str


def ways(verdicts: Iterable[Verdict], required: Sequence[str]) -> list[Way]:
    """The ways that kept everything required: by what else they kept, then by size, then by time.

    Of one format, a way that needs more in the reloading process is left out unless it keeps more.
    """
    found: list[Way] = []
    for verdict in sorted(verdicts, key=lambda each: list(LOADERS).index(each.case.loader)):
        came_back = verdict.kept
        format, loader = verdict.case.format, verdict.case.loader
        simpler = [way for way in found if way.format == format and set(came_back) <= set(way.kept)]
        if not verdict.stage and set(required) <= set(came_back) and not simpler:
            seconds = verdict.seconds.get("save", 0.0) + verdict.seconds.get("reload", 0.0)
            lines = find_format(format).save_line, find_format(format).load_lines[loader]
            found.append(Way(format, loader, came_back, verdict.lost, verdict.size, seconds, *lines))
    return sorted(found, key=lambda way: (-len(way.kept), way.size, way.seconds))
