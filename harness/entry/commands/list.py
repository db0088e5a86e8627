"""`list`: print the ids of cells."""

from __future__ import annotations

import argparse
from typing import Any

from harness.entry.options import AS_EXPECTED, OPTIONS, selected


def add(commands: Any) -> None:
    parser = commands.add_parser("list", help="print the ids of cells")
    parser.add_argument("cells", nargs="*", metavar="CELL", help="ids or patterns, such as '*-savedmodel-bare'")
    for name in ("--matrix", "--only", "--checkpoint", "--suite", "--keras"):
        parser.add_argument(name, **OPTIONS[name])
    parser.set_defaults(command=_list)


def _list(options: argparse.Namespace) -> int:
    for case in selected(options, options.keras):
        print(case.id)
    return AS_EXPECTED
