"""The command line's commands about several environments: environments, cross, bisect."""

from __future__ import annotations

import argparse
import shutil
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.entry.options import AS_EXPECTED, DIFFERENCES, INFRASTRUCTURE, OPTIONS, check_options, selected, settings
from harness.environments.bisect import bisect, told, within
from harness.environments.cross import cross
from harness.environments.cross_tables import as_json, as_markdown, as_text
from harness.environments.figures import as_table, read_figures
from harness.environments.make import ENVIRONMENTS, environment_of, python_of
from harness.environments.package_index import releases
from harness.environments.pinning import update
from harness.environments.table import TABLE, find_rows, read_rows
from harness.nouns import HarnessError, InfrastructureError
from harness.report.tables import check_place, put

#: Where tox leaves the results of each row, in a folder of its name.
RESULTS = Path(".harness")

#: So many cells are quicker in new interpreters than by warming fork servers first.
FEW = 3

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
    environments.add_argument("--figures", action="store_true", help="print what the last runs of the rows came to")
    environments.add_argument(
        "--pages", nargs="+", type=Path, default=[], metavar="FILE", help="put the figures between their markers there"
    )
    environments.add_argument("--environments", **_FOLDER)
    environments.set_defaults(command=_environments)

    bisecting = commands.add_parser(
        "bisect",
        help="find between which two releases of a package a cell's verdict changes",
        description="Tries a cell with releases of one package, all else pinned as in a row, in environments that are "
        "made by uv and dropped afterwards. The ends are tried first; when they agree, one release of each minor "
        "version, until one differs; then every change is bisected. Exit code 1: the verdict changes.",
        epilog="example:\n  python -m harness bisect --case example_new_texts-savedmodel-bare --package transformers "
        "--on tf215 --between 4.30 4.57.6 --every",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    bisecting.add_argument("--case", nargs="+", required=True, metavar="CELL", help="ids or patterns")
    bisecting.add_argument("--package", required=True, metavar="NAME")
    bisecting.add_argument("--on", required=True, metavar="ROW", help="the row that is taken for all else")
    bisecting.add_argument("--between", nargs=2, metavar=("FIRST", "LAST"), help="releases (default: all with a wheel)")
    bisecting.add_argument("--every", action="store_true", help="try every minor version: there may be several changes")
    bisecting.add_argument("--limit", type=int, default=40, metavar="N", help="releases to try at most (default: 40)")
    for name in ("--matrix", "--seconds", "--workers", "--suite"):
        bisecting.add_argument(name, **OPTIONS[name])
    bisecting.add_argument("--environments", **_FOLDER)
    bisecting.add_argument("--update", type=Path, metavar="FILE", help="put the table between its markers in this page")
    bisecting.set_defaults(
        command=_bisect, only="", checkpoint="", records="", fresh="", results=".harness/bisect/results.jsonl"
    )

    crossing = commands.add_parser(
        "cross",
        help="save in some environments, load in others, and print who loads what",
        description="Every row of --from trains and saves, every row of --to loads all of it in fresh processes, with "
        "and without compile(), and judges it by what was seen before saving. A row is a name in environments.toml; "
        "several with commas between; a label, or all. Environments that are not there are made.",
        epilog="example:\n  python -m harness cross --from tf210,tf215 --to tf219,tf221,tf221-keras3",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    crossing.add_argument("--from", dest="producers", required=True, metavar="ROWS", help="who saves")
    crossing.add_argument("--to", dest="consumers", required=True, metavar="ROWS", help="who loads")
    crossing.add_argument("cells", nargs="*", metavar="CELL", help="ids or patterns (default: the matrix across)")
    for name in ("--matrix", "--only", "--records", "--seconds", "--workers", "--fresh", "--suite"):
        crossing.add_argument(name, **{**OPTIONS[name], **({"default": "across"} if name == "--matrix" else {})})
    crossing.add_argument("--environments", **_FOLDER)
    crossing.add_argument("--json", type=Path, metavar="FILE", help="write all that was seen to this file")
    crossing.add_argument("--markdown", action="store_true", help="print Markdown")
    crossing.add_argument("--update", type=Path, metavar="FILE", help="put the matrix between its markers in this page")
    crossing.set_defaults(command=_cross, checkpoint="", results=".harness/cross/results.jsonl")


def _bisect(options: argparse.Namespace) -> int:
    check_options(options)
    (row, *more) = find_rows(options.on, read_rows())
    if more:
        raise HarnessError(f"--on {options.on}: expected one row; these are {1 + len(more)}")
    if options.limit < 2:
        raise HarnessError(f"--limit {options.limit}: expected 2 or more")
    place = f"{options.package} on {row.name}"
    if options.update:
        check_place(options.update, place)
    first, last = options.between or ("", "")
    found = within(releases(options.package, row.python), first, last)
    options.cells = options.case
    cases = selected(options, row.keras)
    how = replace(settings(options), fresh="forkserver" if len(cases) > FEW else "subprocess")
    shutil.rmtree(how.records, ignore_errors=True)  # every release has records of its own
    print(f"{len(found)} releases, {found[0].version} to {found[-1].version}; {len(cases)} cells", file=sys.stderr)
    result = bisect(
        row,
        options.package,
        found,
        cases,
        how,
        options.environments,
        lambda line: print(line, file=sys.stderr, flush=True),
        options.limit,
        options.every,
    )
    table = told(row, options.package, result)
    if options.update:
        put(options.update, place, table)
    else:
        print(table)
    return DIFFERENCES if any(len(stretches) > 1 for stretches in result.values()) else AS_EXPECTED


def _cross(options: argparse.Namespace) -> int:
    check_options(options)
    if options.update:
        check_place(options.update, "cross")
    rows = read_rows()
    producers, consumers = find_rows(options.producers, rows), find_rows(options.consumers, rows)
    cases = selected(options, "2")
    how = settings(options)
    try:
        crossing = cross(
            producers,
            consumers,
            cases,
            how,
            lambda row: environment_of(row, options.environments),
            lambda line: print(line, file=sys.stderr, flush=True),
        )
    finally:
        if not options.records:
            shutil.rmtree(how.records, ignore_errors=True)
    if options.json:
        options.json.write_text(as_json(crossing), encoding="utf-8")
    if options.update:
        put(options.update, "cross", as_markdown(crossing))
    else:
        print(as_markdown(crossing) if options.markdown else as_text(crossing))
    return INFRASTRUCTURE if crossing.broken else AS_EXPECTED


def _environments(options: argparse.Namespace) -> int:
    rows = read_rows()
    if options.update or options.upgrade:
        done = update(rows, options.upgrade)
        print("\n".join(done) if done else f"all is as {TABLE.name} says")
        return AS_EXPECTED
    if options.figures:
        table = as_table(read_figures(RESULTS, list(rows.values())))
        for page in options.pages:
            put(page, "rows", table)
        if not options.pages:
            print(table)
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
