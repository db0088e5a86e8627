"""Put tables between their markers in Markdown files: python -m dev.pages NAME FILE ..."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Callable, Dict, Sequence

from dev import ROOT
from dev.figures import as_table, read_figures
from dev.markers import check_place, put
from harness.environments.table import read_rows
from harness.nouns import HarnessError, InfrastructureError
from harness.report.results import Results
from harness.report.tables import formats

#: Where tox leaves the results of each row, in a folder of its name.
RESULTS = Path(".harness")

_EPILOG = """\
examples:
  tox -m versions; python -m dev.pages rows README.md docs/compatibility.md
  pytest cases; python -m dev.pages formats README.md
  python -m harness cross --from tf215 --to tf221 --markdown | python -m dev.pages cross docs/compatibility.md
  python -m harness bisect ... --package transformers --on tf214 |
      python -m dev.pages 'transformers on tf214' docs/compatibility.md
"""


def _rows() -> str:
    return as_table(read_figures(RESULTS, list(read_rows(ROOT / "environments.toml").values())))


def _formats() -> str:
    return formats(Results(RESULTS / "results.jsonl").read().verdicts)


#: Tables that are drawn here, by the name of their markers. Every other one is read from standard input.
TABLES: Dict[str, Callable[[], str]] = {"rows": _rows, "formats": _formats}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m dev.pages",
        description="Put a table between <!-- NAME --> and <!-- /NAME --> in Markdown files. NAME is rows (what the "
        "last run of each row came to), formats (what each format kept in the last run of the cases), or "
        "another, whose text is read from standard input.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("name", metavar="NAME", help="of the markers")
    parser.add_argument("pages", nargs="*", type=Path, metavar="FILE", help="where; without one, it is printed")
    options = parser.parse_args(arguments)
    try:
        for page in options.pages:
            check_place(page, options.name)  # at once: what is read may take hours
        text = TABLES.get(options.name, sys.stdin.read)().strip("\n")
        if not text:
            raise HarnessError(f"{options.name}: nothing came from standard input; the pages stay as they are")
        for page in options.pages:
            put(page, options.name, text)
        if not options.pages:
            print(text)
    except (HarnessError, InfrastructureError) as error:
        print(f"pages: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
