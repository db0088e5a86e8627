"""Colours, where they are wanted: NO_COLOR forbids them, FORCE_COLOR asks for them, else a terminal has them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import Mapping, TextIO

GOOD, BAD, SOME, HEAD = "32", "31", "33", "1"


@dataclass(frozen=True)
class Paint:
    """Paints text, or leaves it as it is."""

    on: bool = False

    def __call__(self, text: str, *styles: str) -> str:
        return f"\x1b[{';'.join(styles)}m{text}\x1b[0m" if self.on and styles and text else text


def paint_on(stream: TextIO, variables: Mapping[str, str] = os.environ) -> Paint:
    """Paints what is written to a stream, if it is to be coloured."""
    if variables.get("NO_COLOR"):
        return Paint(False)
    if variables.get("FORCE_COLOR"):
        return Paint(True)
    return Paint(stream.isatty() and variables.get("TERM") != "dumb")


def painted(report: str, good: bool, paint: Paint) -> str:
    """A report of a check or of a verdict: its first line by how it ended, its headings, and what is to be written."""
    head, newline, rest = report.partition("\n")
    lines = [paint(line, HEAD) if _stands_out(line) else line for line in rest.split("\n")]
    return paint(head, HEAD, GOOD if good else BAD) + newline + "\n".join(lines)


def _stands_out(line: str) -> bool:
    return line.startswith(("What keeps ", "Nothing that ", "lost  ")) or line.strip().startswith(
        ("write: ", "save: ", "load: ")
    )
