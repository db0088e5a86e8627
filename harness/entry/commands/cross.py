"""The command `cross`: save in some environments, load in others."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path
from typing import Any

from harness.driver.settings import Settings
from harness.entry.options import AS_EXPECTED, INFRASTRUCTURE, OPTIONS, check_options
from harness.entry.several import add_cells, add_table, cells_of, report_progress
from harness.environments.cross import Crossing
from harness.environments.cross_tables import as_json, as_markdown, as_text
from harness.environments.make import environment_of
from harness.environments.table import find_rows, read_rows
from harness.nouns import InfrastructureError
from harness.processes.capacity import capacity

LOGS = Path(".harness", "cross", "logs")


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
    parser.add_argument("--json", type=Path, metavar="FILE", help="write all that was seen to this file")
    parser.add_argument("--markdown", action="store_true", help="print Markdown")
    parser.set_defaults(command=_cross, checkpoint="")


def _cross(options: argparse.Namespace) -> int:
    check_options(options)
    rows = read_rows(options.table)
    producers, consumers = find_rows(options.producers, rows), find_rows(options.consumers, rows)
    cases = cells_of(options, "2")
    with tempfile.TemporaryDirectory(prefix="cross-") as folder:
        settings = Settings(
            records=_folder(options.records) if options.records else Path(folder),
            logs=LOGS,
            fresh=options.fresh,
            workers=options.workers or capacity(),
            seconds=options.seconds,
            hash_seed=options.hash_seed,
        )
        crossing = Crossing(cases, settings, lambda row: environment_of(row, options.environments), report_progress)
        crossed = crossing.run(producers, consumers)
    if options.json:
        options.json.write_text(as_json(crossed), encoding="utf-8")
    print(as_markdown(crossed) if options.markdown else as_text(crossed))
    return INFRASTRUCTURE if crossed.broken else AS_EXPECTED


def _folder(records: str) -> Path:
    path = Path(records).resolve()
    try:
        path.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InfrastructureError(
            f"--records {records}: cannot be written ({error.strerror}); expected a writable folder"
        ) from None
    return path
