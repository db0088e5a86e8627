"""How anybody sees a cell for himself: a command, and a script that makes its environment first."""

from __future__ import annotations

import re
import shlex

from harness.report.header import Header
from harness.report.result import Result

#: Packages of a run that are installed from the index, each by its own name.
_NOT_INSTALLED = "python"


def command(result: Result, header: Header) -> str:
    """The command that tries just this cell again, in the folder of the run; "" where a function in a test built it."""
    case = result.verdict.case
    keras, seed = f" --keras={header.keras}", f" --hash-seed={header.hash_seed}" if header.hash_seed else ""
    if not result.model:
        matrix = shlex.quote(header.matrix or "full")
        return f"python -m harness run --matrix={matrix}{keras}{seed} {shlex.quote(case.id)}"
    if not result.model.endswith(".py"):
        return ""
    model = shlex.quote(result.model)
    return f"python -m harness check {model} --format={case.format} --loader={case.loader}{keras}{seed}"


def script(result: Result, header: Header) -> str:
    """A shell script that installs what the run had, in an environment of its own, and tries the cell; "" likewise."""
    wanted = command(result, header)
    if not wanted:
        return ""
    versions = result.verdict.versions or header.versions
    pins = [shlex.quote(f"{each}=={version}") for each, version in versions.items() if each != _NOT_INSTALLED]
    python = "python" + ".".join(versions.get("python", "3").split(".")[:2])
    at = f", commit {header.commit}" if header.commit else ""
    lines = [
        "#!/bin/sh",
        _comment(f"{result.name}: tries this cell again, with the versions of {header.started}{at}."),
        _comment("Run it where the run was: in the folder that has the cells, or the model's file."),
        _comment("HARNESS: a wheel of the harness, or its checkout, where it is not this folder."),
        "set -eu",
        f"{shlex.quote(python)} -m venv .reproduce",
        f".reproduce/bin/pip install --quiet {' '.join(pins)}",
        '.reproduce/bin/pip install --quiet "${HARNESS:-.}"',
        f".reproduce/bin/{wanted}",
    ]
    return "\n".join(lines) + "\n"


def _comment(text: str) -> str:
    return "# " + re.sub(r"\s+", " ", text)
