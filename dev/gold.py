"""Write the gold records of rows: `python -m dev.gold tf215 tf216 --because "the layout of records changed"`.

Each row's environment is made, if it is not there; it trains the model of cases/gold/subject.py and saves it in every
format that it can.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from datetime import date
from pathlib import Path
from typing import Sequence

from cases.gold.archive import archive_of, enter, pack
from cases.gold.cases import ROUTES, SUBJECT, recipe
from dev import ROOT
from harness.driver.plans import RoundTrip
from harness.driver.run import Run
from harness.driver.settings import Settings
from harness.environments.make import ENVIRONMENTS, environment_of
from harness.environments.table import Row, find_rows, read_rows
from harness.nouns import Case, HarnessError, InfrastructureError, Recipe
from harness.report.run_folder import begin
from harness.suite.expectations import unmet


def record(row: Row, folder: Path, because: str) -> str:
    """Train and save with a row, and put the records into its archive; returns what was written, in words."""
    environment = environment_of(row, folder)
    trained = Recipe(recipe(row).id, SUBJECT)
    cells = {format: Case(trained, format, loader) for format, loader in ROUTES}
    cases = [case for case in cells.values() if not unmet(case, environment)]
    with tempfile.TemporaryDirectory(prefix="gold-") as scratch:
        with begin() as run_folder:
            settings = Settings(run_folder.logs, Path(scratch), orphans=(Path(scratch),))
            with Run([RoundTrip(tuple(cases), resave=False)], environment, settings) as run:
                verdicts = list(run)
        lost = [f"{each.case.format} ({each.failure.splitlines()[0]})" for each in verdicts if each.stage]
        pack(Path(scratch) / trained.id, archive_of(row.name))
    enter(row.name, date.today().isoformat(), because)
    size = archive_of(row.name).stat().st_size
    return f"{row.name}: {size} bytes" + (f"; did not save or load: {', '.join(lost)}" if lost else "")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m dev.gold",
        description="Write the gold records of rows.",
        epilog='examples:\n  python -m dev.gold tf222 --because "a new row"\n'
        '  python -m dev.gold versions --because "the layout of records changed"',
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("rows", nargs="+", metavar="ROW", help="rows of environments.toml, a label, or all")
    parser.add_argument("--because", required=True, metavar="WHY", help="why they are written; stays in digests.toml")
    parser.add_argument("--environments", type=Path, default=ENVIRONMENTS, metavar="DIR")
    options = parser.parse_args(arguments)
    broken = 0
    try:
        for row in find_rows(",".join(options.rows), read_rows(ROOT / "environments.toml")):
            try:
                print(record(row, options.environments, options.because), flush=True)
            except InfrastructureError as error:
                print(f"gold: {error}", file=sys.stderr)
                broken += 1
    except (HarnessError, InfrastructureError) as error:
        print(f"gold: {error}", file=sys.stderr)
        return 3 if isinstance(error, InfrastructureError) else 2
    return 3 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
