"""`report`: write pages that show what came of runs."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, Sequence

from harness.entry.options import AS_EXPECTED
from harness.environments.cross import joined
from harness.environments.cross_tables import read_json
from harness.gate.changes import Change, changes
from harness.gate.merged import merged
from harness.nouns import HarnessError
from harness.page.against import against
from harness.page.crossing import crossing
from harness.page.from_results import Names, run
from harness.page.runs import whole
from harness.page.site import Site, write
from harness.page.view import Run
from harness.report.results import Results, RunResults

#: A size or a time that grew by more than this share is told.
GROWTH = 0.2


def add(commands: Any) -> None:
    """Add it to a parser's commands."""
    parser = commands.add_parser(
        "report",
        help="write pages that show what came of runs",
        description="Write a folder of static HTML: what each format kept of what, every cell with its differences, "
        "causes and how to see it again, several rows side by side, and who loads what. Needs jinja2, which "
        "roundtrip-harness[report] brings.",
        epilog="examples:\n  python -m harness report .harness/results.jsonl --out site\n"
        "  python -m harness report .harness/tf*/results.jsonl --cross crossed.json --out site\n"
        "  python -m harness report results.jsonl --base main/results.jsonl --out site",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("results", nargs="*", type=Path, metavar="RESULTS", help="what runs have written, a file each")
    parser.add_argument("--out", required=True, type=Path, metavar="DIR", help="the folder; pages in it are replaced")
    parser.add_argument(
        "--base", nargs="+", default=[], type=Path, metavar="RESULTS", help="runs to hold these against, as gate does"
    )
    parser.add_argument(
        "--cross",
        nargs="+",
        default=[],
        type=Path,
        metavar="FILE",
        help="a crossing, as `cross --json` has written it, or the parts of one",
    )
    parser.add_argument("--title", default="", metavar="TEXT", help="over the first page (default: what was run)")
    parser.add_argument(
        "--source",
        default="",
        metavar="URL",
        help="where links into the documentation start, for example https://github.com/OWNER/NAME/blob/main",
    )
    parser.set_defaults(command=_report)


def _report(options: argparse.Namespace) -> int:
    if not options.results and not options.cross:
        raise HarnessError("report: nothing to show; expected RESULTS, a file of a run each, or --cross FILE")
    if options.source and not options.source.startswith(("https://", "http://")):
        raise HarnessError(f"--source {options.source}: expected an address that begins with https:// or http://")
    files = _read(options.results)
    runs = _runs(files)
    base = against(_changes(files, options), runs, ", ".join(map(str, options.base))) if options.base else None
    crossed = crossing(joined([read_json(each) for each in options.cross])) if options.cross else None
    write(Site(options.title or _title(runs), runs, crossed, base, options.source), options.out)
    print(options.out / "index.html")
    return AS_EXPECTED


def _read(paths: Sequence[Path]) -> list[RunResults]:
    return [Results(path).read() for path in paths]


def _runs(files: Sequence[RunResults]) -> list[Run]:
    """Each run by the name of its row; of what is none, by its matrix."""
    names = Names()
    return [run(each, names.one(each.header.row or each.header.matrix or "models")) for each in whole(files)]


def _changes(files: Sequence[RunResults], options: argparse.Namespace) -> list[Change]:
    return changes(merged(files), merged(_read(options.base)), GROWTH)


def _title(runs: Sequence[Run]) -> str:
    if len(runs) != 1:
        return "What formats keep, row by row" if runs else "Who loads what"
    header = runs[0].header
    return f"What {header.row or 'this environment'} keeps" if header.matrix else "What these models keep"
