"""`formats`: print the table of formats that the last results show."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from harness.entry.options import AS_EXPECTED, OPTIONS
from harness.report import tables
from harness.report.colours import BAD, GOOD, SOME, paint_on
from harness.report.results import Results


def add(commands: Any) -> None:
    parser = commands.add_parser("formats", help="print the table of formats that the last results show")
    parser.add_argument("--results", **OPTIONS["--results"])
    parser.set_defaults(command=_formats)


def _formats(options: argparse.Namespace) -> int:
    paint = paint_on(sys.stdout)
    for line in tables.formats(Results(Path(options.results)).read().verdicts).splitlines():
        print(" | ".join(paint(cell, *_style(cell)) for cell in line.split(" | ")))
    return AS_EXPECTED


def _style(cell: str) -> tuple[str, ...]:
    """How a count stands out: all of the cells kept something, none did, or some."""
    text = cell.strip("|() ")
    return (GOOD,) if text == "all" else (BAD,) if text == "none" else (SOME,) if " of " in text else ()
