"""The options that pytest and the command line share."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import Any, Mapping

from harness.driver.tasks import Settings
from harness.environment import PACKAGES, Environment
from harness.environments.table import find_rows, read_rows
from harness.nouns import Case, HarnessError, InfrastructureError
from harness.suite.suite import DEFAULT, MANY, Selection, Suite, load_suite

# Exit codes.
AS_EXPECTED, DIFFERENCES, USAGE, INFRASTRUCTURE = 0, 1, 2, 3

NOTHING = "no cell is selected; `python -m harness list` shows what there is"

OPTIONS: Mapping[str, Mapping[str, Any]] = {
    "--matrix": {
        "default": "default",
        "metavar": "NAME",
        "help": "which cells: every pair of axis values once (default), every value once (each), the published "
        "examples alone (examples), what is carried across environments (across), the gold records (gold), or all "
        f"valid ones (full), of which more than {MANY} are run only if --only or an id selects them",
    },
    "--only": {
        "default": "",
        "metavar": "AXIS=VALUE,...",
        "help": "only cells with these axis values, for example head=mean_pool,format=savedmodel",
    },
    "--checkpoint": {
        "default": "",
        "metavar": "DIR|ID",
        "help": "a real XLM-RoBERTa instead of a tiny random one: a folder, or a hub id such as xlm-roberta-base",
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
    "--workers": {"default": 2, "type": int, "metavar": "N", "help": "fresh processes at once (default: 2)"},
    "--seconds": {"default": 300.0, "type": float, "metavar": "S", "help": "time limit of one job (default: 300)"},
    "--records": {"default": "", "metavar": "DIR", "help": "keep the record of every cell in this folder"},
    "--results": {
        "default": ".harness/results.jsonl",
        "metavar": "FILE",
        "help": "one line of JSON per cell (default: .harness/results.jsonl)",
    },
    "--suite": {"default": DEFAULT, "metavar": "MODULE:NAME", "help": f"where the cases are (default: {DEFAULT})"},
}


def check_options(option: Any) -> None:
    """Raise HarnessError, in one sentence, for a value that cannot be used."""
    if option.workers < 1:
        raise HarnessError(f"--workers {option.workers}: expected 1 or more")
    if not option.seconds > 0:
        raise HarnessError(f"--seconds {option.seconds:g}: expected more than 0")


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


def chosen(options: Any, keras: str) -> tuple[Suite, Selection]:
    """A suite, and which of its cells: by axis values and by patterns of ids."""
    suite = load_suite(options.suite)
    return suite, Selection(suite.selection(options.only), options.cells, options.checkpoint, keras)


def selected(options: Any, keras: str) -> list[Case]:
    """The cells of a suite, a matrix and patterns of ids, to be run.

    Raises:
        HarnessError: There are none, or too many.
    """
    suite, selection = chosen(options, keras)
    cases = suite.to_run(options.matrix, selection)
    if not cases:
        raise HarnessError(NOTHING)
    return cases


def settings(option: Any) -> Settings:
    """How to carry out a run, by the options.

    Raises:
        InfrastructureError: A folder that was asked for cannot be written.
    """
    return Settings(
        records=_records_folder(option.records),
        logs=Path(option.results).parent / "logs",
        keep=bool(option.records),
        fresh=option.fresh,
        workers=option.workers,
        seconds=option.seconds,
    )


def _records_folder(records: str) -> Path:
    try:
        if not records:
            return Path(tempfile.mkdtemp(prefix="round-trips-"))
        folder = Path(records).resolve()
        folder.mkdir(parents=True, exist_ok=True)
        if not os.access(folder, os.W_OK):
            raise PermissionError(13, "Permission denied")
        return folder
    except OSError as error:
        raise InfrastructureError(
            f"--records {records}: cannot be written ({error.strerror}); expected a writable folder"
        ) from None
