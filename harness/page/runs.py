"""Files of results as runs: the shards of one are one."""

from __future__ import annotations

from dataclasses import replace
from typing import Sequence

from harness.gate.merged import merged
from harness.report.results import RunResults


def whole(files: Sequence[RunResults]) -> list[RunResults]:
    """Each file as it is, but for shards, which become the run that they are parts of.

    Raises:
        HarnessError: A shard is missing, or there twice, or broke off.
    """
    groups: dict[tuple[str, str], list[RunResults]] = {}
    for number, file in enumerate(files):
        shard = file.header.shard
        groups.setdefault((file.header.row, file.header.whole) if shard else ("", str(number)), []).append(file)
    return [_joined(group) if group[0].header.shard else group[0] for group in groups.values()]


def _joined(shards: Sequence[RunResults]) -> RunResults:
    first = shards[0]
    intended = tuple(name for each in shards for name in each.header.intended)
    header = replace(first.header, intended=intended, shard="", whole="")
    return RunResults(first.path, header, tuple(merged(shards).results.values()))
