"""The command `cross`: save in some environments, load in others."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Sequence

from harness.cluster.crossing import PlacedCrossing
from harness.driver.settings import Settings
from harness.driver.temporary import passing_folder
from harness.entry.machines import ON, address, crew
from harness.entry.options import AS_EXPECTED, INFRASTRUCTURE, OPTIONS, check_options
from harness.entry.several import add_cells, add_table, cells_of, report_progress
from harness.environments.cross import Crossed, Crossing
from harness.environments.cross_tables import as_json, as_markdown, as_text
from harness.environments.make import ENVIRONMENTS, environment_of
from harness.environments.table import Row, find_rows, read_rows
from harness.nouns import Case, InfrastructureError
from harness.processes.capacity import capacity
from harness.report.run_folder import begin


def add(commands: Any) -> None:
    """Add it to a parser's commands."""
    parser = commands.add_parser(
        "cross",
        help="save in some environments, load in others, and print who loads what",
        description="Every row of --from trains and saves, every row of --to loads all of it in fresh processes, with "
        "and without compile(), and judges it by what was seen before saving. A row is a name in the table; "
        "several with commas between; a label, or all. Environments that are not there are made.",
        epilog="examples:\n  python -m harness cross --from tf210,tf215 --to tf219,tf221,tf221-keras3\n"
        "  python -m harness cross --from tf215 --to tf221 --module my_model.py --format savedmodel,dot_keras",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--from", dest="producers", required=True, metavar="ROWS", help="who saves")
    parser.add_argument("--to", dest="consumers", required=True, metavar="ROWS", help="who loads")
    parser.add_argument("cells", nargs="*", metavar="CELL", help="ids or patterns (default: the matrix across)")
    add_cells(parser)
    for name in ("--matrix", "--only", "--records", "--seconds", "--workers", "--fresh", "--hash-seed"):
        parser.add_argument(name, **{**OPTIONS[name], **({"default": "across"} if name == "--matrix" else {})})
    add_table(parser)
    parser.add_argument("--on", **ON)
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all that was seen to this file")
    parser.add_argument("--markdown", action="store_true", help="print Markdown")
    parser.set_defaults(command=_cross, checkpoint="")


def _cross(options: argparse.Namespace) -> int:
    check_options(options)
    rows = read_rows(options.table)
    producers, consumers = find_rows(options.producers, rows), find_rows(options.consumers, rows)
    cases = cells_of(options, "2")
    crossed = (_crossed_here if address(options) is None else _crossed_there)(options, cases, producers, consumers)
    if options.json:
        options.json.write_text(as_json(crossed), encoding="utf-8")
    print(as_markdown(crossed) if options.markdown else as_text(crossed))
    return INFRASTRUCTURE if crossed.broken else AS_EXPECTED


def _crossed_here(
    options: argparse.Namespace, cases: Sequence[Case], producers: Sequence[Row], consumers: Sequence[Row]
) -> Crossed:
    with begin() as run, passing_folder("cross-") as folder:
        settings = Settings(
            records=_folder(options.records) if options.records else folder,
            logs=run.logs,
            fresh=options.fresh,
            workers=options.workers or capacity(),
            seconds=options.seconds,
            hash_seed=options.hash_seed,
            orphans=(folder,),
        )
        crossing = Crossing(cases, settings, lambda row: environment_of(row, options.environments), report_progress)
        return crossing.run(producers, consumers)


def _crossed_there(
    options: argparse.Namespace, cases: Sequence[Case], producers: Sequence[Row], consumers: Sequence[Row]
) -> Crossed:
    """On the nodes of a cluster, each of which makes the environments of all rows."""
    rows = list({row.name: row for row in (*producers, *consumers)}.values())
    folder = "" if options.environments == ENVIRONMENTS else str(options.environments.absolute())
    nodes, _ = crew(options, rows, None, folder)
    try:
        return PlacedCrossing(cases, nodes, report_progress).run(producers, consumers)
    finally:
        nodes.close()


def _folder(records: str) -> Path:
    path = Path(records).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InfrastructureError(
            f"--records {records}: cannot be written ({error.strerror}); expected a writable folder"
        ) from None
    return path
