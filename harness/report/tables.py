"""Markdown tables drawn from results."""

from __future__ import annotations

from typing import Sequence

from harness.nouns import ASPECTS, SAVE, TRAIN
from harness.verdict import Kept, Unseen, Verdict


def formats(verdicts: Sequence[Verdict]) -> str:
    """What each format kept through each loader, counted over the cells of a run.

    "all" and "none" speak of the cells that loaded; "3 of 5" of those between. An
    aspect that nothing could show is "-"; one that the format's documentation
    does not promise stands in brackets. Records that were there before the run are left out.
    """
    verdicts = [each for each in verdicts if TRAIN in each.seconds or each.stage in (TRAIN, SAVE)]
    lines = [
        "| format | loader | loaded | " + " | ".join(ASPECTS) + " |",
        "| --- | --- | --- |" + " --- |" * len(ASPECTS),
    ]
    for format, loader in dict.fromkeys((each.case.format, each.case.loader) for each in verdicts):
        cells = [each for each in verdicts if (each.case.format, each.case.loader) == (format, loader)]
        loaded = [each for each in cells if not each.stage]
        counts = (_count(loaded, aspect) for aspect in ASPECTS)
        lines.append(f"| {format} | {loader} | {len(loaded)} of {len(cells)} | " + " | ".join(counts) + " |")
    return "\n".join(lines)


def _count(verdicts: Sequence[Verdict], aspect: str) -> str:
    """How many kept an aspect, of those that could show it."""
    seen = [each for each in verdicts if aspect in each.lost or not isinstance(each.findings.get(aspect), Unseen)]
    if not seen:
        return "-"
    kept = sum(isinstance(each.findings.get(aspect), Kept) for each in seen)
    text = "all" if kept == len(seen) else "none" if not kept else f"{kept} of {len(seen)}"
    return text if all(aspect in each.promised for each in seen) else f"({text})"
