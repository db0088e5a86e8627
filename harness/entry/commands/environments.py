"""The command `environments`: list the rows of a table, or make their environments."""

from __future__ import annotations

import argparse
import sys
from typing import Any

from harness.entry.options import AS_EXPECTED, INFRASTRUCTURE
from harness.entry.several import add_table
from harness.environments.make import interpreter_of
from harness.environments.table import Row, find_rows, read_rows
from harness.nouns import InfrastructureError


def add(commands: Any) -> None:
    """Add it to a parser's commands."""
    parser = commands.add_parser(
        "environments",
        help="list the environments of a table, or make them",
        description="A row is a name in the table; a label stands for its group, and all for every row.",
        epilog="examples:\n  python -m harness environments tf215\n  python -m harness environments --make tf215,tf221",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("rows", nargs="*", metavar="ROW", help="which to list (default: all)")
    parser.add_argument("--make", default="", metavar="ROWS", help="make these, with commas between")
    add_table(parser)
    parser.set_defaults(command=_environments)


def _environments(options: argparse.Namespace) -> int:
    rows = read_rows(options.table)
    listed = find_rows(",".join(options.rows) or ("" if options.make else "all"), rows)
    made = find_rows(options.make, rows)
    for row in listed:
        print(_describe(row))
    broken = 0
    for row in made:
        try:
            print(f"{row.name}: {interpreter_of(row, options.environments)}", flush=True)
        except InfrastructureError as error:
            print(f"harness: {error}", file=sys.stderr)
            broken += 1
    return INFRASTRUCTURE if broken else AS_EXPECTED


def _describe(row: Row) -> str:
    pythons = " or ".join((row.python, *row.also))
    pinned = "" if row.requirements.exists() else f"; there is no {row.requirements}, so nothing else is pinned"
    lines = [f"{row.name:14} python {pythons}, keras {row.keras}: {', '.join(row.packages)}{pinned}"]
    return "\n".join([*lines, *([f"{'':14} {row.why}"] if row.why else [])])
