"""What the commands about several environments share: the table of environments, and which cells are tried."""

from __future__ import annotations

import argparse
import sys
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Iterable

from harness.entry.options import OPTIONS, selected, suite_named
from harness.entry.recipes import recipe_of
from harness.environments.make import ENVIRONMENTS
from harness.environments.table import TABLE
from harness.formats import FORMATS, PACKAGED, find_format
from harness.nouns import LIBRARY, LOADERS, Case, HarnessError


def add_table(parser: argparse.ArgumentParser) -> None:
    """Add the options that say where the table is, and where environments are made."""
    parser.add_argument(
        "--table",
        type=Path,
        default=TABLE,
        metavar="FILE",
        help=f"the environments, a section for each; pins are in requirements/NAME.txt beside it (default: {TABLE})",
    )
    parser.add_argument(
        "--environments",
        type=Path,
        default=ENVIRONMENTS,
        metavar="DIR",
        help=f"where environments are made (default: {ENVIRONMENTS})",
    )


def add_cells(parser: argparse.ArgumentParser) -> None:
    """Add the options that say which cells are tried: those of a suite, or those of a module of one's own."""
    parser.add_argument("--suite", **OPTIONS["--suite"])
    parser.add_argument(
        "--module", type=Path, metavar="FILE", help="your own model in place of a suite: a file as `check` takes it"
    )
    parser.add_argument("--format", default="", metavar="NAMES", help="with --module: formats, with commas between")
    parser.add_argument(
        "--loader",
        default="",
        metavar="NAMES",
        help=f"with --module: loaders, with commas between (default: all but {LIBRARY})",
    )


def cells_of(options: argparse.Namespace, keras: str) -> list[Case]:
    """The cells that the options ask for.

    Raises:
        HarnessError: There are none.
    """
    if options.module:
        return _cells_of_module(options)
    if not suite_named(options):
        raise HarnessError(
            "expected --module FILE, a model of your own; or a suite of cells: --suite MODULE:NAME, or "
            '[tool.harness] suite = "MODULE:NAME" in pyproject.toml'
        )
    return selected(options, keras)


def _cells_of_module(options: argparse.Namespace) -> list[Case]:
    recipe, packaged = recipe_of(options.module)
    formats = _names("format", options.format, (*FORMATS, PACKAGED)) or ([PACKAGED] if packaged else [])
    loaders = _names("loader", options.loader, LOADERS) or [each for each in LOADERS if each != LIBRARY]
    if not formats:
        raise HarnessError(f"--module {options.module}: expected --format, one or more of {', '.join(FORMATS)}")
    cases = [
        Case(recipe, format, loader)
        for format in formats
        for loader in find_format(format).keeps
        if loader in loaders
        if not options.cells or any(fnmatchcase(f"{recipe.id}-{format}-{loader}", each) for each in options.cells)
    ]
    if not cases:
        raise HarnessError("no format that was asked for goes with a loader that was asked for")
    return cases


def _names(kind: str, given: str, expected: Iterable[str]) -> list[str]:
    names = list(filter(None, given.split(",")))
    for each in names:
        if each not in expected:
            raise HarnessError(f"there is no {kind} {each!r}; expected one of {', '.join(expected)}")
    return names


def report_progress(line: str) -> None:
    """Print beside what the command prints in the end."""
    print(line, file=sys.stderr, flush=True)
