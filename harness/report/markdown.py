"""A table in Markdown."""

from __future__ import annotations

from typing import Sequence


def markdown_table(rows: Sequence[Sequence[str]]) -> str:
    """The first row is the head; a | in a cell stays one."""
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(each.replace("|", "\\|") for each in line) + " |" for line in lines)
