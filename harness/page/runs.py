"""Files of results as runs: the shards of one are one, and so are models of one's own in one environment."""

from __future__ import annotations

from dataclasses import replace
from typing import Sequence

from harness.gate.merged import merged
from harness.report.results import RunResults


def whole(files: Sequence[RunResults]) -> list[RunResults]:
    """Runs in the order of their first files.

    Raises:
        HarnessError: Of shards, one is missing, or there twice, or broke off.
    """
    groups: dict[object, list[RunResults]] = {}
    for number, file in enumerate(files):
        groups.setdefault(_run_of(file) or number, []).append(file)
    return [_joined(group) if _run_of(group[0]) else group[0] for group in groups.values()]


def _run_of(file: RunResults) -> tuple[object, ...]:
    """By what files of one run are known; () for a file that is one by itself."""
    header = file.header
    if header.shard:
        return header.row, header.whole
    own = not (header.row or header.matrix)
    return (header.keras, *sorted(header.versions.items())) if own else ()


def _joined(parts: Sequence[RunResults]) -> RunResults:
    first = parts[0]
    if first.header.shard:
        merged(parts)  # refuses what is not whole
    seeds = {each.header.hash_seed for each in parts}
    header = replace(
        first.header,
        started=min(each.header.started for each in parts),
        hash_seed=seeds.pop() if len(seeds) == 1 else 0,
        intended=tuple(dict.fromkeys(name for each in parts for name in each.header.intended)),
        shard="",
        whole="",
    )
    results = {result.name: result for each in parts for result in each.results}
    return RunResults(first.path, header, tuple(results.values()))
