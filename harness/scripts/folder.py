"""Scripts in a folder: written where nothing else is, and run as a stranger would."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path
from typing import Collection, Mapping

from harness.nouns import HarnessError, InfrastructureError


def check_folder(folder: Path, known: Collection[str]) -> None:
    """Make sure that a folder is not there, is empty, or has only what scripts of an earlier time are and leave.

    Args:
        folder: Where scripts are to be written.
        known: The names of all that.

    Raises:
        HarnessError: Something else is there.
    """
    try:
        others = sorted({each.name for each in folder.iterdir()} - {*known, "__pycache__"}) if folder.exists() else []
    except NotADirectoryError:
        raise HarnessError(f"{folder}: expected a folder; it is a file") from None
    if others:
        raise HarnessError(f"{folder}: expected a new or an empty folder; it has {others[0]}")


def write_scripts(folder: Path, texts: Mapping[str, str]) -> None:
    """Write scripts by file name.

    Raises:
        InfrastructureError: The folder cannot be written.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in texts.items():
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        raise InfrastructureError(f"{folder}: cannot be written ({error.strerror}); name a folder that can") from None


def run_script(path: Path, python: str, seconds: float) -> subprocess.CompletedProcess[str]:
    """Run a script in a new interpreter that has nothing of this process's path.

    Raises:
        InfrastructureError: It did not end in time.
    """
    variables = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "TF_USE_LEGACY_KERAS")}
    try:
        return subprocess.run(
            [python, str(path.resolve())], env=variables, capture_output=True, text=True, timeout=seconds
        )
    except subprocess.TimeoutExpired:
        raise InfrastructureError(f"{path}: did not end within {seconds:g} s; --seconds gives it more") from None
