"""The command `bisect`: between which two releases of a package does a cell's verdict change?"""

from __future__ import annotations

import argparse
from typing import Any

from harness.driver.settings import Settings
from harness.entry.options import AS_EXPECTED, DIFFERENCES, OPTIONS, check_options
from harness.entry.several import add_cells, add_table, cells_of, report_progress
from harness.environments.bisect import Search, as_markdown, within
from harness.environments.package_index import releases
from harness.environments.table import find_rows, read_rows
from harness.nouns import HarnessError
from harness.processes.capacity import capacity
from harness.report.run_folder import begin

#: So many cells are quicker in new interpreters than by warming fork servers first.
FEW = 3


def add(commands: Any) -> None:
    """Add it to a parser's commands."""
    parser = commands.add_parser(
        "bisect",
        help="find between which two releases of a package a cell's verdict changes",
        description="Tries a cell with releases of one package, all else as a row asks for it, in environments that "
        "are made by uv and dropped afterwards. The ends are tried first; when they agree, one release of each minor "
        "version, until one differs; then every change is bisected. Exit code 1: the verdict changes.",
        epilog="examples:\n  python -m harness bisect --case example_new_texts-savedmodel-bare --package transformers "
        "--on tf215 --between 4.30 4.57.6 --every\n"
        "  python -m harness bisect --module my_model.py --format dot_keras --package keras --on tf221-keras3",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "--case", nargs="+", dest="cells", default=[], metavar="CELL", help="ids or patterns (default: all of --module)"
    )
    add_cells(parser)
    parser.add_argument("--package", required=True, metavar="NAME")
    parser.add_argument("--on", required=True, metavar="ROW", help="the row that is taken for all else")
    parser.add_argument("--between", nargs=2, metavar=("FIRST", "LAST"), help="releases (default: all with a wheel)")
    parser.add_argument("--every", action="store_true", help="try every minor version: there may be several changes")
    parser.add_argument("--limit", type=int, default=40, metavar="N", help="releases to try at most (default: 40)")
    for name in ("--matrix", "--seconds", "--workers", "--hash-seed"):
        parser.add_argument(name, **OPTIONS[name])
    add_table(parser)
    parser.set_defaults(command=_bisect, only="", checkpoint="")


def _bisect(options: argparse.Namespace) -> int:
    check_options(options)
    (row, *more) = find_rows(options.on, read_rows(options.table))
    if more:
        raise HarnessError(f"--on {options.on}: expected one row; these are {1 + len(more)}")
    if options.limit < 2:
        raise HarnessError(f"--limit {options.limit}: expected 2 or more")
    if not options.cells and not options.module:
        raise HarnessError("expected --case CELL, or --module FILE")
    cases = cells_of(options, row.keras)
    first, last = options.between or ("", "")
    found = within(releases(options.package, row.python), first, last)
    report_progress(f"{len(found)} releases, {found[0].version} to {found[-1].version}; {len(cases)} cells")
    with begin() as run:
        settings = Settings(
            logs=run.logs,
            fresh="forkserver" if len(cases) > FEW else "subprocess",
            workers=options.workers or capacity(),
            seconds=options.seconds,
            hash_seed=options.hash_seed,  # the same with every release
        )
        search = Search(
            row,
            options.package,
            found,
            cases,
            settings,
            folder=options.environments,
            say=report_progress,
            limit=options.limit,
            every=options.every,
        )
        result = search.run()
    print(as_markdown(row, options.package, result))
    return DIFFERENCES if any(len(stretches) > 1 for stretches in result.values()) else AS_EXPECTED
