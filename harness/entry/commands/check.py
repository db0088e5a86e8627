"""`check`: put one's own model, and one's own save and load, under the harness."""

from __future__ import annotations

import argparse
import json
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.entry.asked import Limits, Output, Wanted
from harness.entry.check import has_packaging_code, prepared, run_check
from harness.entry.limits import check_hash_seed, check_seconds
from harness.entry.options import AS_EXPECTED, DIFFERENCES, NAMES, OPTIONS, writable
from harness.entry.recipes import recipe_of
from harness.environment import Environment
from harness.formats import PACKAGED
from harness.report.checked import ALL, ANY, REQUIRED
from harness.report.colours import paint_on, painted

_DESCRIPTION = """\
MODULE is a Python file with build(), which returns a compiled Keras model, and data(), which returns (x, y) as numpy
arrays. Optional: save(model, path) and load(path), your packaging code, which is then what is tried; FILENAME, the name
of what it writes; train(model, x, y); probes(); custom_objects(); tokenizer(), which returns the transformers tokenizer
that is packaged with it, and texts() for it; probe(model, x, y), which returns JSON values that must survive too."""

_EPILOG = """\
A way is a format and a loader. With --format, --loader or packaging code of its own, all of them must keep what is
required; without, everything is tried, and any of them is enough. --require-ways says it otherwise.

exit codes: 0 kept, 1 not kept, or a way stopped, 2 what was given cannot be used, 3 infrastructure

examples:
  python -m harness check my_model.py
  python -m harness check my_model.py --format dot_keras --loader bare
  python -m harness check --format dot_keras,savedmodel --loader bare,code --require weights,optimizer my_model.py
  python -m harness check my_model.py --format dot_keras,whole_h5 --require-ways any
  python -m harness check my_model.py --baseline roundtrip.toml
"""


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "check",
        help="put your own model, and your own save and load, under the harness",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("module", metavar="MODULE", help="path of the file")
    parser.add_argument("--format", **NAMES, help="formats to try (default: all)")
    parser.add_argument("--loader", **NAMES, help="loaders to try (default: all)")
    parser.add_argument("--require", **NAMES, help=f"aspects that must be kept (default: {','.join(REQUIRED)})")
    parser.add_argument(
        "--require-ways",
        choices=(ALL, ANY),
        default="",
        help="how many of the ways that are tried must keep them (default: all of those that are named; any, where "
        "neither a format nor a loader is)",
    )
    parser.add_argument("-v", "--verbose", action="store_true", help="show each difference, and the lines of every way")
    parser.add_argument("--json", action="store_true", help="print JSON: all of it")
    parser.add_argument("--keras", **OPTIONS["--keras"])
    parser.add_argument("--seconds", **OPTIONS["--seconds"])
    parser.add_argument("--hash-seed", **OPTIONS["--hash-seed"])
    parser.add_argument("--results", default="", metavar="FILE", help="write the verdicts there, a line of JSON each")
    parser.add_argument(
        "--baseline",
        default="",
        metavar="FILE",
        help="what this model is known to lose; the check fails on whatever is other, lost or kept",
    )
    parser.add_argument("--update-baseline", action="store_true", help="make FILE say what is found")
    parser.add_argument("--records", **OPTIONS["--records"])
    parser.set_defaults(command=_check)


def _check(options: argparse.Namespace) -> int:
    check_seconds(options.seconds, "--seconds")
    check_hash_seed(options.hash_seed, "--hash-seed")
    recipe, packages = recipe_of(Path(options.module))
    asked = Wanted(
        tuple(options.format), tuple(options.loader), tuple(options.require) or REQUIRED, options.require_ways
    )
    environment = prepared(Environment(keras=options.keras), [Path(options.module)], asked)
    limits = Limits(options.seconds, hash_seed=options.hash_seed)
    if packages is None and not options.format:
        packages = has_packaging_code(recipe, environment, limits)
    wanted = asked if options.format or not packages else replace(asked, formats=(PACKAGED,))
    output = Output(
        Path(options.results) if options.results else None,
        writable(options.records) if options.records else None,
        Path(options.baseline) if options.baseline else None,
        options.update_baseline,
    )
    checked = run_check(recipe, wanted, environment, limits, output=output, lines=True)
    told = checked.full() if options.verbose else str(checked)
    shown = painted(told, bool(checked), paint_on(sys.stdout))
    print(json.dumps(checked.json(), indent=1) if options.json else shown)
    return AS_EXPECTED if checked else DIFFERENCES
