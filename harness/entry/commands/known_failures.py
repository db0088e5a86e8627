"""`known-failures`: compare the last results with the known failures."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from harness.entry.options import AS_EXPECTED, DIFFERENCES, OPTIONS, environment, suite_of
from harness.report.results import Results
from harness.suite.proposals import proposals


def add(commands: Any) -> None:
    parser = commands.add_parser("known-failures", help="compare the last results with the known failures")
    parser.add_argument("--update", action="store_true", help="propose the entries that the results ask for")
    for name in ("--results", "--row", "--keras", "--suite"):
        parser.add_argument(name, **OPTIONS[name])
    parser.set_defaults(command=_known_failures)


def _known_failures(options: argparse.Namespace) -> int:
    suite, here = suite_of(options), environment(options)
    lines = proposals(Results(Path(options.results)).read().verdicts, suite.known_failures, here)
    print("\n".join(lines) if lines else f"{options.results}: every failure is known, and every known failure failed")
    return DIFFERENCES if lines else AS_EXPECTED
