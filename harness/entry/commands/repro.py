"""`repro`: a fault as two stand-alone scripts, for a report upstream."""

from __future__ import annotations

import argparse
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

from harness.entry.commands.explain import add_way, asked
from harness.entry.one import Found, fault_of, find_cell, of_a_cell, of_a_module
from harness.entry.options import AS_EXPECTED, DIFFERENCES, suite_of
from harness.entry.recipes import functions_of
from harness.environment import Environment
from harness.nouns import SAVE as SAVING
from harness.nouns import STAGES, HarnessError
from harness.scripts.fault import COMPARE, LEFT, SAVE, Fault, scripts
from harness.scripts.folder import check_folder, run_script, write_scripts
from harness.scripts.source import Source, source_of

_DESCRIPTION = f"""\
Run a cell, or a way to save and load your own model, and write what it loses as two scripts, {SAVE} and {COMPARE},
which need TensorFlow, your module and nothing of the harness. The second ends with exit code 1 while the fault is
there, and 0 when it is gone. Both are run once, to see that they show it."""

_EPILOG = """\
exit codes: 0 the scripts show it, or nothing was lost; 1 they do not show it; 2 what was given cannot be used; 3
infrastructure

examples:
  python -m harness repro my_model.py --format dot_keras --loader bare
  python -m harness repro my_model.py --format savedmodel --loader bare --about optimizer --out upstream
  python -m harness repro example_functional-savedmodel-bare
"""


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "repro",
        help="write what is lost as two scripts that need nothing of the harness",
        description=_DESCRIPTION,
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    add_way(parser, "CELL|MODULE")
    parser.add_argument(
        "--about", default="", metavar="ASPECT", help="what the scripts show (default: what is lost first)"
    )
    parser.add_argument("--out", default="repro", metavar="DIR", help="the folder for the scripts (default: repro)")
    parser.set_defaults(command=_repro)


def _repro(options: argparse.Namespace) -> int:
    wanted, limits = asked(options)
    limits = replace(limits, mends=False)
    environment = Environment(keras=options.keras)
    path = Path(options.what)
    check_folder(Path(options.out), LEFT)
    if path.suffix in (".py", ".ipynb"):
        source = source_of(path, functions_of(path))
        with of_a_module(path, wanted, environment, limits) as found:
            return _written(found, source, options, environment)
    suite = suite_of(options)
    case = find_cell(options.what, suite, environment)
    written = suite.source(case.recipe, environment.keras)
    if written is None:
        raise HarnessError(f"{case}: its model is of the suite's own code, of which no script can be written")
    with of_a_cell(case, suite, environment, limits) as found:
        return _written(found, written, options, environment)


def _written(found: Found, source: Source, options: argparse.Namespace, environment: Environment) -> int:
    case = found.verdict.case
    fault = fault_of(found.verdict, options.about, environment)
    if fault is None:
        print(f"{case}: lost nothing that a script could show")
        return AS_EXPECTED
    folder = Path(options.out)
    write_scripts(folder, scripts(fault, source))
    print(f"{case}: {fault.about}: {fault.says}")
    print(f"written: {folder / SAVE}, {folder / COMPARE}")
    return _shown(folder, fault, environment.python, options.seconds)


def _shown(folder: Path, fault: Fault, python: str, seconds: float) -> int:
    """Run the scripts, and say whether they show what they are to show: of a stage that stops, the same exception."""
    kind, said = fault.says.partition(":")[0], ""
    for name in (SAVE, COMPARE):
        done = run_script(folder / name, python, seconds)
        said = _last(done.stdout or done.stderr)
        if done.returncode:
            as_it_did = fault.about not in STAGES or kind in done.stderr or (kind == "crashed" and done.returncode < 0)
            shows = as_it_did and (name == SAVE) == (fault.about == SAVING)
            print(f"{name} {'shows it' if shows else 'ends otherwise'}, exit code {done.returncode}: {said}")
            return AS_EXPECTED if shows else DIFFERENCES
    print(f"{COMPARE} does not show it: {said}")
    return DIFFERENCES


def _last(output: str) -> str:
    """The last line of an exception, or else of all that was said."""
    lines = output.strip().splitlines() or ["nothing was said"]
    return next((line for line in reversed(lines) if re.match(r"[\w.]*(Error|Exception)\b", line)), lines[-1])
