"""Annotations of GitHub: a line of workflow commands for each change, at the function of the model that it is about."""

from __future__ import annotations

import ast
import re
from collections import Counter
from pathlib import Path
from typing import Iterator, Sequence

from harness.formats import PACKAGED
from harness.gate.changes import KINDS, Change
from harness.nouns import RELOAD, SAVE, TRAIN

#: GitHub shows so many of a level in a step, and drops the rest.
LIMIT = 10

#: In the name of a model: where one of its other functions is.
_ROLE = re.compile(r", (\w+)=")


def commands(changes: Sequence[Change], failing: Sequence[str], folder: Path) -> Iterator[str]:
    """Workflow commands: errors for what fails, notices for the rest, worst first.

    Args:
        changes: Worst first.
        failing: The kinds that fail.
        folder: From which models are named.
    """
    counts: Counter[str] = Counter()
    for change in changes:
        level = "error" if change.kind in failing else "notice"
        counts[level] += 1
        if counts[level] <= LIMIT:
            about = f" {change.about}" if change.about else ""
            title = f"{KINDS[change.kind]}: {change.cell}{about}"
            place = "".join(f"{name}={_property(str(value))}," for name, value in _place(change, folder))
            yield f"::{level} {place}title={_property(title)}::{_data(str(change))}"


def _place(change: Change, folder: Path) -> Iterator[tuple[str, object]]:
    """The file and the line of the function that a change is about, where they can be told."""
    build, *others = _ROLE.split(change.model)
    references = dict(zip(others[::2], others[1::2]))
    for role in (_role(change), "build"):
        reference = references.get(role, build if role == "build" else build.partition("(")[0].partition(":")[0])
        module, _, name = reference.partition("(")[0].partition(":")
        path = _file(module, folder)
        line = _line(folder / path, name or role) if path else 0
        if line:
            yield "file", path
            yield "line", line
            return


def _role(change: Change) -> str:
    """The function to look at: what stopped; or of packaging code, what writes."""
    if change.format != PACKAGED or change.stage == TRAIN:
        return "build"
    return "load" if change.stage == RELOAD else SAVE


def _file(module: str, folder: Path) -> str:
    """Where a module is, from the folder; "" where it is not."""
    inside = module if module.endswith(".py") else module.replace(".", "/") + ".py"
    found = (each for each in (inside, f"src/{inside}") if module and (folder / each).is_file())
    return next(found, "")


def _line(path: Path, name: str) -> int:
    """Where a function is defined at the top level of a file; 0 where it is not."""
    try:
        tree = ast.parse(path.read_bytes())
    except (OSError, ValueError, SyntaxError):
        return 0
    functions = (node for node in tree.body if isinstance(node, (ast.FunctionDef, ast.ClassDef)))
    return next((node.lineno for node in functions if node.name == name), 0)


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _data(text).replace(":", "%3A").replace(",", "%2C")
