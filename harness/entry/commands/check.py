"""`check`: put one's own model, and one's own save and load, under the harness."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from harness.entry.check import Limits, Wanted, recipe_of, run_check
from harness.entry.limits import check_seconds
from harness.entry.options import AS_EXPECTED, DIFFERENCES, NAMES, OPTIONS
from harness.environment import Environment
from harness.formats import PACKAGED
from harness.report.checked import REQUIRED


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "check",
        help="put your own model, and your own save and load, under the harness",
        description="MODULE is a Python file with build(), which returns a compiled Keras model, and data(), which "
        "returns (x, y) as numpy arrays. Optional: save(model, path) and load(path), your packaging code, which is "
        "then what is tried; FILENAME, the name of what it writes; train(model, x, y); probes(); custom_objects(); "
        "tokenizer(), which returns the transformers tokenizer that is packaged with it, and texts() for it; "
        "probe(model, x, y), which returns JSON values that must survive too. "
        "Exit code 0: at least one of the ways that were tried keeps all that is required.",
    )
    parser.add_argument("module", metavar="MODULE", help="path of the file")
    parser.add_argument("--format", **NAMES, help="formats to try (default: all)")
    parser.add_argument("--loader", **NAMES, help="loaders to try (default: all)")
    parser.add_argument("--require", **NAMES, help=f"aspects that must be kept (default: {','.join(REQUIRED)})")
    parser.add_argument("--json", action="store_true", help="print JSON")
    parser.add_argument("--keras", **OPTIONS["--keras"])
    parser.add_argument("--seconds", **OPTIONS["--seconds"])
    parser.set_defaults(command=_check)


def _check(options: argparse.Namespace) -> int:
    check_seconds(options.seconds, "--seconds")
    recipe, packages = recipe_of(Path(options.module))
    formats = options.format or ([PACKAGED] if packages else [])
    wanted = Wanted(tuple(formats), tuple(options.loader), tuple(options.require) or REQUIRED)
    checked = run_check(recipe, wanted, Environment(keras=options.keras), Limits(options.seconds))
    print(json.dumps(checked.json(), indent=1) if options.json else checked)
    return AS_EXPECTED if checked else DIFFERENCES
