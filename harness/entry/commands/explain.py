"""`explain`: one verdict in full, its cause first."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from harness.entry.asked import Limits, Wanted
from harness.entry.limits import check_hash_seed, check_seconds
from harness.entry.one import Found, find_cell, of_a_cell, of_a_module, of_a_record
from harness.entry.options import AS_EXPECTED, DIFFERENCES, NAMES, OPTIONS, suite_of
from harness.entry.trust import Trust
from harness.environment import Environment
from harness.report.checked import REQUIRED
from harness.report.explained import explained

_EPILOG = """\
exit codes: 0 nothing was lost, 1 something was, 2 what was given cannot be used, 3 infrastructure

examples:
  python -m harness explain my_model.py --format dot_keras --loader bare
  python -m harness explain records/my_model/savedmodel --loader bare
  python -m harness explain example_functional-savedmodel-bare
"""


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "explain",
        help="tell one verdict in full, its cause first: of a cell, a record, or your own model",
        description="Tell one verdict in full, its cause first. Of a Python file, that of the first way that does not "
        "keep what is required, among those that --format and --loader name; of a record, that of the first load that "
        "loses anything, as far as `verify` may load it.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_way(parser, "CELL|RECORD|MODULE")
    parser.add_argument("--subject", type=Path, metavar="FILE", help="of a record: your own module, whose code may run")
    parser.add_argument("--allow", **NAMES, help="of a record: kinds of danger that do not stop a load")
    parser.add_argument("--trust", action="store_true", help="of a record: run what it names, uninspected")
    parser.set_defaults(command=_explain)


def add_way(parser: argparse.ArgumentParser, what: str) -> None:
    """What `explain` and `repro` are told."""
    parser.add_argument("what", metavar=what)
    parser.add_argument("--format", **NAMES, help="of a Python file: formats to try (default: all)")
    parser.add_argument("--loader", **NAMES, help="loaders to try (default: all)")
    parser.add_argument("--require", **NAMES, help=f"aspects that must be kept (default: {','.join(REQUIRED)})")
    for name in ("--keras", "--seconds", "--hash-seed", "--suite"):
        parser.add_argument(name, **OPTIONS[name])


def asked(options: argparse.Namespace) -> tuple[Wanted, Limits]:
    check_seconds(options.seconds, "--seconds")
    check_hash_seed(options.hash_seed, "--hash-seed")
    wanted = Wanted(tuple(options.format), tuple(options.loader), tuple(options.require) or REQUIRED)
    return wanted, Limits(options.seconds, hash_seed=options.hash_seed)


def _explain(options: argparse.Namespace) -> int:
    wanted, limits = asked(options)
    environment = Environment(keras=options.keras)
    path = Path(options.what)
    if path.suffix in (".py", ".ipynb"):
        with of_a_module(path, wanted, environment, limits) as found:
            return _told(found)
    if path.is_dir():
        trust = Trust(options.subject, options.trust, frozenset(options.allow))
        return _told(of_a_record(path, wanted.loaders, environment, trust))
    suite = suite_of(options)
    with of_a_cell(find_cell(options.what, suite, environment), suite, environment, limits) as found:
        return _told(found)


def _told(found: Found) -> int:
    print(explained(found.verdict, found.command))
    return DIFFERENCES if found.verdict.stage or found.verdict.lost else AS_EXPECTED
