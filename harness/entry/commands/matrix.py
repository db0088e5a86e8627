"""`matrix`: say what each matrix has, and count its cells."""

from __future__ import annotations

import argparse
from collections import Counter
from typing import Any

from harness.entry.options import AS_EXPECTED, OPTIONS, suite_of
from harness.suite.suite import Selection


def add(commands: Any) -> None:
    parser = commands.add_parser("matrix", help="say what each matrix has, and count its cells")
    changing = parser.add_mutually_exclusive_group()
    changing.add_argument("--update", action="store_true", help="after an axis has grown: add cells; no id changes")
    changing.add_argument("--renew", action="store_true", help="deal the matrix anew; most of its ids change")
    for name in ("--suite", "--keras"):
        parser.add_argument(name, **OPTIONS[name])
    parser.set_defaults(command=_matrix)


def _matrix(options: argparse.Namespace) -> int:
    suite = suite_of(options)
    if options.update or options.renew:
        print(suite.grow() if options.update else suite.renew())
    for name, cells in suite.matrices.items():
        recipes = Counter(case.recipe.id for case in suite.cases(name, Selection(keras=options.keras)))
        meaning = (cells.__doc__ or "").partition("\n")[0]
        print(f"{name}: {sum(recipes.values())} cells of {len(recipes)} recipes. {meaning}")
    return AS_EXPECTED
