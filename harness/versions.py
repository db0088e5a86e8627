"""The command line's commands about several environments: environments."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from harness.case import InfrastructureError
from harness.options import AS_EXPECTED, INFRASTRUCTURE
from harness.pinning import update
from harness.provision import ENVIRONMENTS, python_of
from harness.rows import TABLE, find_rows, read_rows

_FOLDER: dict[str, Any] = {
    "type": Path,
    "default": ENVIRONMENTS,
    "metavar": "DIR",
    "help": f"where environments are made (default: {ENVIRONMENTS})",
}


def add_commands(commands: Any) -> None:
    """Add them to a parser's commands."""
    environments = commands.add_parser(
        "environments",
        help="list the rows of environments.toml, make their environments, or write what follows from them",
    )
    environments.add_argument("--update", action="store_true", help="pin requirements/*.txt, write tox.ini and the CI")
    environments.add_argument("--upgrade", action="store_true", help="the same, with newer releases of all else")
    environments.add_argument("--make", default="", metavar="ROWS", help="make these: names with commas, or all")
    environments.add_argument("--environments", **_FOLDER)
    environments.set_defaults(command=_environments)


def _environments(options: argparse.Namespace) -> int:
    rows = read_rows()
    if options.update or options.upgrade:
        done = update(rows, options.upgrade)
        print("\n".join(done) if done else f"all is as {TABLE.name} says")
        return AS_EXPECTED
    broken = 0
    for row in find_rows(options.make, rows):
        try:
            print(f"{row.name}: {python_of(row, options.environments)}", flush=True)
        except InfrastructureError as error:
            print(f"harness: {error}", file=sys.stderr)
            broken += 1
    if not options.make:
        for row in rows.values():
            pins = ", ".join(row.packages)
            print(f"{row.name:14} python {row.python}, keras {row.keras}: {pins}\n{'':14} {row.why}")
    return INFRASTRUCTURE if broken else AS_EXPECTED
