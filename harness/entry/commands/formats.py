"""`formats`: print the table of formats that the last results show."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from harness.entry.options import AS_EXPECTED, OPTIONS
from harness.report import tables
from harness.report.results import Results


def add(commands: Any) -> None:
    parser = commands.add_parser("formats", help="print the table of formats that the last results show")
    parser.add_argument("--results", **OPTIONS["--results"])
    parser.set_defaults(command=_formats)


def _formats(options: argparse.Namespace) -> int:
    print(tables.formats(Results(Path(options.results)).read().verdicts))
    return AS_EXPECTED
