"""The options that the suite's pytest plugin and the command line share, and what follows from them."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Mapping

from harness.driver.settings import Settings
from harness.entry.limits import check_hash_seed, check_seconds, check_workers
from harness.environment import PACKAGES, Environment
from harness.environments.table import find_rows, read_rows
from harness.nouns import Case, HarnessError, InfrastructureError
from harness.processes.capacity import capacity
from harness.processes.fleet import new_hash_seed
from harness.report.run_folder import RESULTS, RunFolder
from harness.suite.shards import Shard
from harness.suite.suite import MANY, Selection, Suite, load_suite

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

# Exit codes.
AS_EXPECTED, DIFFERENCES, USAGE, INFRASTRUCTURE = 0, 1, 2, 3


def nothing_selected(option: Any) -> HarnessError:
    """What is wrong with a selection of no cell."""
    with_these = f" --checkpoint={option.checkpoint}" if option.checkpoint else ""
    return HarnessError(f"no cell is selected; `python -m harness list{with_these}` shows what there is")


OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "--matrix": {
        "default": "default",
        "metavar": "NAME",
        "help": "which cells: every pair of axis values once (default), every value once (each), the published "
        "examples alone (examples), what is carried across environments (across), the gold records (gold), the formats "
        f"that are tried where they are named (packaging), or all valid ones (full), of which more than {MANY} are run "
        "only if --only or an id selects them",
    },
    "--only": {
        "default": "",
        "metavar": "AXIS=VALUE,...",
        "help": "only cells with these axis values, for example head=mean_pool,format=savedmodel",
    },
    "--checkpoint": {
        "default": "",
        "metavar": "DIR|ID",
        "help": "a real XLM-RoBERTa instead of a tiny random one: a folder, or a hub id such as xlm-roberta-base; "
        "or random:base, random:large",
    },
    "--size": {
        "default": "",
        "choices": ("base", "large"),
        "help": "the same as --checkpoint random:base or random:large: random weights, in the published size, which is "
        "278 or 560 million parameters",
    },
    "--row": {
        "default": "",
        "metavar": "NAME",
        "help": "the row of environments.toml that this environment is; one that is not as pinned is refused",
    },
    "--keras": {
        "default": "2",
        "choices": ("2", "3"),
        "help": "the Keras that TensorFlow is to use; 2 is legacy Keras (default)",
    },
    "--fresh": {
        "default": "forkserver",
        "choices": ("forkserver", "subprocess"),
        "help": "how a fresh process is made; subprocess starts a true new interpreter for each job (slow)",
    },
    "--hash-seed": {
        "default": 0,
        "type": int,
        "metavar": "N",
        "help": "PYTHONHASHSEED of what trains; what loads has the next (default: another one in every run)",
    },
    "--workers": {
        "default": None,
        "type": int,
        "metavar": "N",
        "help": "fresh processes at once (default: as many as cores and memory have room for)",
    },
    "--shard": {
        "default": "",
        "metavar": "I/N",
        "help": "one of N parts of the cells, from 1/N to N/N: by recipe, and even by what they have cost once",
    },
    "--seconds": {"default": 300.0, "type": float, "metavar": "S", "help": "time limit of one job (default: 300)"},
    "--records": {"default": "", "metavar": "DIR", "help": "keep the record of every cell in this folder"},
    "--results": {
        "default": str(RESULTS),
        "metavar": "FILE",
        "help": f"one line of JSON per cell (default: {RESULTS}, which points to those of the last run)",
    },
    "--suite": {
        "default": "",
        "metavar": "MODULE:NAME",
        "help": "where the cases are (default: what pyproject.toml names, as suite of [tool.harness])",
    },
}


def names(text: str) -> list[str]:
    """The type of an option that takes names with commas between."""
    return [name.strip() for name in text.split(",") if name.strip()]


#: An option of names: with commas between, and it may be given again.
NAMES: Mapping[str, Any] = {"type": names, "action": "extend", "default": [], "metavar": "NAME,..."}


def check_options(option: Any) -> None:
    """Raise HarnessError, in one sentence, for a value that cannot be used; and decide what is left to the harness."""
    if option.workers is not None:
        check_workers(option.workers, "--workers")
    check_seconds(option.seconds, "--seconds")
    Shard.read(getattr(option, "shard", ""))
    if getattr(option, "size", ""):
        if option.checkpoint:
            given = f"--size {option.size}, --checkpoint {option.checkpoint}"
            raise HarnessError(f"{given}: expected one of them; a checkpoint has a size of its own")
        option.checkpoint, option.size = f"random:{option.size}", ""
    option.hash_seed = check_hash_seed(option.hash_seed, "--hash-seed") or new_hash_seed()


def environment(option: Any) -> Environment:
    """The environment of this process, by the options.

    Raises:
        InfrastructureError: There is no such row, or this environment is another one.
    """
    if not option.row:
        return Environment(keras=option.keras)
    (row,) = find_rows(option.row, read_rows())
    found = Environment(keras=row.keras, library=row.preload)
    wrong = [
        f"{package} {found.versions.get(package, 'missing')} instead of {version}"
        for package, version in row.pins.items()
        if package in PACKAGES and found.versions.get(package) != version
    ]
    if wrong:
        raise InfrastructureError(
            f"--row {row.name}: {found.python} has {', '.join(wrong)}; "
            f"use tox -e {row.name}, or install {row.requirements}"
        )
    return found


def suite_of(option: Any, folder: Path = Path()) -> Suite:
    """The suite that --suite names, or else the pyproject.toml of a folder.

    Raises:
        HarnessError: Neither names one, or what is named is none.
    """
    reference = suite_named(option, folder)
    if not reference:
        raise HarnessError(
            "this needs a suite of cells, and none is named here: give --suite MODULE:NAME, or write "
            '[tool.harness] suite = "MODULE:NAME" in pyproject.toml'
        )
    here = str(folder.resolve())
    if here not in sys.path:  # the console script does not look there, as `python -m harness` does
        sys.path.insert(0, here)
    return load_suite(reference)


def suite_named(option: Any, folder: Path = Path()) -> str:
    """The suite that --suite names, or else the pyproject.toml of a folder, as MODULE:NAME; "" where neither does."""
    if option.suite:
        return str(option.suite)
    page = folder / "pyproject.toml"
    try:
        read = tomllib.loads(page.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return ""
    named = read.get("tool", {}).get("harness", {}).get("suite", "")
    if not isinstance(named, str):
        raise HarnessError(f'{page}: [tool.harness] suite: expected "MODULE:NAME". Received: {named!r}')
    return named


def chosen(option: Any, keras: str) -> tuple[Suite, Selection]:
    """A suite, and which of its cells: by axis values and by patterns of ids."""
    suite = suite_of(option)
    return suite, Selection(suite.selection(option.only), option.cells, option.checkpoint, keras)


def selected(option: Any, keras: str) -> list[Case]:
    """The cells of a suite, a matrix and patterns of ids, to be run.

    Raises:
        HarnessError: There are none, or too many.
    """
    suite, selection = chosen(option, keras)
    cases = suite.to_run(option.matrix, selection)
    if not cases:
        raise nothing_selected(option)
    return cases


def results_path(option: Any, folder: RunFolder) -> Path:
    """The file of results that --results names, or that in the folder of the run."""
    return folder.results if option.results == str(RESULTS) else Path(option.results)


def where(option: Any, folder: RunFolder) -> str:
    """Where the results of a run are, and what reads them."""
    path = results_path(option, folder)
    if path == folder.results and folder.is_last_with_results():
        path = RESULTS
    given = "" if path == RESULTS else f" --results {path}"
    return (
        f"results: {path}; as a table: python -m harness formats{given}; "
        f"as pages: python -m harness report {path} --out site"
    )


def settings(option: Any, folder: RunFolder) -> Settings:
    """How to carry out a run, by the options, with logs in its folder.

    Raises:
        InfrastructureError: A folder that was asked for cannot be written.
    """
    return Settings(
        logs=folder.logs,
        records=writable(option.records) if option.records else None,
        fresh=option.fresh,
        workers=option.workers or capacity(),
        seconds=option.seconds,
        hash_seed=option.hash_seed,
    )


def writable(records: str) -> Path:
    """The folder of --records, made if it is not there.

    Raises:
        InfrastructureError: It cannot be written.
    """
    try:
        folder = Path(records).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(13, "Permission denied")
        return folder
    except OSError as error:
        raise InfrastructureError(
            f"--records {records}: cannot be written ({error.strerror}); expected a writable folder"
        ) from None
