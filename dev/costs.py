"""Write down what cells cost, by which `--shard` divides them: `python -m dev.costs` after `pytest cases`."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Sequence

from dev import ROOT
from harness.nouns import HarnessError
from harness.report.results import Results
from harness.suite.costs import Costs

#: What the suite reads.
COSTS = ROOT / "cases" / "costs.toml"

_RESULTS = Path(".harness", "results.jsonl")

_EPILOG = """\
examples:
  pytest cases; python -m dev.costs
  python -m dev.costs .harness/tf221/results.jsonl .harness/tf221-keras3/results.jsonl
"""


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m dev.costs",
        description=f"Write to {COSTS.name} how many seconds the cells of runs took, on average.",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument(
        "results", nargs="*", type=Path, default=[_RESULTS], metavar="RESULTS", help=f"default: {_RESULTS}"
    )
    options = parser.parse_args(arguments)
    try:
        verdicts = [verdict for path in options.results for verdict in Results(path).read().verdicts]
    except HarnessError as error:
        print(f"costs: {error}", file=sys.stderr)
        return 2
    COSTS.write_text(Costs.measured(verdicts).text(), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
