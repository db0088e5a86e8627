"""`diff`: compare what two records say of their models."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from harness.entry.options import AS_EXPECTED, DIFFERENCES
from harness.entry.verify import diff


def add(commands: Any) -> None:
    parser = commands.add_parser("diff", help="compare what two records say of their models")
    parser.add_argument("records", nargs=2, type=Path, metavar="RECORD")
    parser.set_defaults(command=_diff)


def _diff(options: argparse.Namespace) -> int:
    lines = diff(*options.records)
    print("\n".join(lines) if lines else "no difference")
    return DIFFERENCES if lines else AS_EXPECTED
