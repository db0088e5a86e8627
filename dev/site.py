"""The pages of this repository's own results: python -m dev.site."""

from __future__ import annotations

import argparse
import os
import sys
from pathlib import Path
from typing import List, Mapping, Sequence

from dev import ROOT
from dev.pages import RESULTS
from harness.entry import command_line
from harness.environments.table import read_rows

_EPILOG = """\
examples:
  pytest cases; python -m dev.site                  the last run of the default row
  tox -m versions; python -m dev.site --out site    every row
  python -m harness cross --from versions --to versions --json .harness/crossed.json; python -m dev.site
"""


def arguments(results: Path, out: Path, environment: Mapping[str, str]) -> List[str]:
    """What `report` is called with: each row that was run, in the order of the table; else the last run of the cases.

    Rows come first, then what will be released.

    Args:
        results: The folder that runs have written to.
        out: Where the pages go.
        environment: Variables; those of GitHub say where links into the documentation lead.
    """
    rows = [results / name / "results.jsonl" for name in read_rows(ROOT / "environments.toml")]
    rows += sorted(results.glob("prerelease-*/results.jsonl"))
    files = [path for path in rows if path.is_file()] or [results / "results.jsonl"]
    crossed = sorted(map(str, results.glob("crossed*.json")))
    given = [*map(str, files), *(["--cross", *crossed] if crossed else [])]
    names = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA")
    if all(environment.get(name) for name in names):
        server, repository, commit = (environment[name] for name in names)
        given += ["--source", f"{server}/{repository}/blob/{commit}"]
    return ["report", *given, "--out", str(out)]


def main(given: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m dev.site",
        description="Build the pages of the last runs in .harness/: every row that was run, or the last run of the "
        "cases; and .harness/crossed*.json, where there is one: a crossing, or the parts of one.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--results", type=Path, default=RESULTS, metavar="DIR", help="(default: .harness)")
    parser.add_argument("--out", type=Path, default=Path("site"), metavar="DIR", help="(default: site)")
    options = parser.parse_args(given)
    return command_line.main(arguments(options.results, options.out, os.environ))


if __name__ == "__main__":
    sys.exit(main())
