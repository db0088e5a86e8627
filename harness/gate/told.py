"""What a gate says: lines for a terminal, a page of Markdown for CI, a badge, JSON."""

from __future__ import annotations

import html
from collections import Counter
from dataclasses import asdict, dataclass
from typing import Any, Sequence

from harness.gate.changes import KINDS, Change
from harness.gate.merged import Merged
from harness.suite.expectations import FAILED

#: A step summary of GitHub holds 1 MiB, and is dropped as a whole when it is larger.
LIMIT = 1024 * 1024
#: Of what stands in one field of a table.
_WIDTH = 300
#: Lines of one kind on a terminal.
_LINES = 20


@dataclass(frozen=True)
class Told:
    """What a gate has found.

    Attributes:
        changes: Worst first.
        now: What was found.
        against: What it was held against, in words.
        failing: The kinds that fail.
    """

    changes: Sequence[Change]
    now: Merged
    against: str
    failing: Sequence[str]

    @property
    def failed(self) -> list[Change]:
        """The changes that fail."""
        return [each for each in self.changes if each.kind in self.failing]

    def headline(self) -> str:
        """The verdict in one line."""
        counts = Counter(each.kind for each in self.changes)
        told = ", ".join(f"{counts[kind]} {KINDS[kind]}" for kind in KINDS if counts[kind]) or "nothing is other"
        return f"{'failed' if self.failed else 'passed'}: {told}; {len(self.now.results)} cells against {self.against}"

    def text(self) -> str:
        """Some lines of each kind, worst first."""
        lines = [self.headline()]
        for kind in KINDS:
            found = [each for each in self.changes if each.kind == kind]
            lines += [f"  {each}" for each in found[:_LINES]]
            lines += [f"  and {len(found) - _LINES} more {KINDS[kind]}"] if len(found) > _LINES else []
        return "\n".join(lines)

    def markdown(self) -> str:
        """A page for a step summary, which is never too large for one: worst first, and what was cut is said."""
        head = f"## Round trips: {html.escape(self.headline())}\n"
        if not self.changes:
            return head
        head += "\n| what | cell | aspect | was | is |\n| --- | --- | --- | --- | --- |\n"
        rows = [_row(each) for each in self.changes]
        left = LIMIT - len(head.encode()) - 200  # what says that something was cut
        kept = 0
        for row in rows:
            left -= len(row.encode())
            if left < 0:
                break
            kept += 1
        cut = (
            f"\n{len(rows) - kept} more are left out, the least bad: a summary holds 1 MiB.\n"
            if kept < len(rows)
            else ""
        )
        return head + "".join(rows[:kept]) + cut

    def json(self) -> dict[str, Any]:
        """The same as JSON values."""
        counts = Counter(each.kind for each in self.changes)
        return {
            "failed": bool(self.failed),
            "against": self.against,
            "cells": len(self.now.results),
            "counts": {kind: counts[kind] for kind in KINDS},
            "failing": list(self.failing),
            "changes": [asdict(each) for each in self.changes],
        }

    def badge(self) -> dict[str, Any]:
        """An endpoint badge of shields.io: how many cells came out as expected, and whether something is worse."""
        outcomes = [[each.kind for each in result.outcomes.values()] for result in self.now.results.values()]
        good = sum(FAILED not in each for each in outcomes)
        worse = f", {len(self.failed)} worse" if self.failed else ""
        color = "red" if self.failed or good < len(outcomes) else "brightgreen"
        message = f"{good} of {len(outcomes)} as expected{worse}"
        return {"schemaVersion": 1, "label": "round trips", "message": message, "color": color}


def _row(change: Change) -> str:
    cell = f"{change.environment}: {change.cell}" if change.environment else change.cell
    fields = (KINDS[change.kind], cell, change.about, change.before, change.now)
    return "| " + " | ".join(map(_field, fields)) + " |\n"


def _field(text: str) -> str:
    line = " ".join(text.encode("utf-8", "backslashreplace").decode().split())  # half a character is none
    cut = line if len(line) <= _WIDTH else f"{line[: _WIDTH - 3]}..."
    # What comes from a model's own messages is no Markdown.
    return html.escape(cut).replace("|", "\\|").replace("`", "&#96;").replace("[", "&#91;").replace("*", "&#42;")
