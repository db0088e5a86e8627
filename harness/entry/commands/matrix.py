"""`matrix`: count the cells of each matrix."""

from __future__ import annotations

import argparse
from typing import Any

from harness.entry.options import AS_EXPECTED, OPTIONS, suite_of
from harness.suite.suite import MATRICES


def add(commands: Any) -> None:
    parser = commands.add_parser("matrix", help="count the cells of each matrix")
    parser.add_argument("--update", action="store_true", help="compute the default matrix anew; its ids change")
    parser.add_argument("--suite", **OPTIONS["--suite"])
    parser.set_defaults(command=_matrix)


def _matrix(options: argparse.Namespace) -> int:
    suite = suite_of(options)
    if options.update:
        print(suite.renew())
    for name in MATRICES:
        cases = suite.cases(name, {}, "", "2")
        recipes = len({case.recipe.id for case in cases})
        print(f"{name}: {len(cases)} cells of {recipes} recipes, the examples included")
    return AS_EXPECTED
