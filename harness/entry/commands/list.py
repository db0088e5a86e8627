"""`list`: print the ids of cells."""

from __future__ import annotations

import argparse
from typing import Any

from harness.entry.options import AS_EXPECTED, OPTIONS, chosen, nothing_selected


def add(commands: Any) -> None:
    parser = commands.add_parser("list", help="print the ids of cells")
    parser.add_argument("cells", nargs="*", metavar="CELL", help="ids or patterns, such as '*-savedmodel-bare'")
    for name in ("--matrix", "--only", "--checkpoint", "--suite", "--keras"):
        parser.add_argument(name, **OPTIONS[name])
    parser.set_defaults(command=_list)


def _list(options: argparse.Namespace) -> int:
    suite, selection = chosen(options, options.keras)
    cases = suite.cases(options.matrix, selection)
    first = next(cases, None)
    if first is None:
        raise nothing_selected(options)
    print(first.id)
    for case in cases:
        print(case.id)
    return AS_EXPECTED
