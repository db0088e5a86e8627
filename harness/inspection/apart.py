"""Inspect in a process of its own, with limits: what is malformed may break the libraries that read it."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any, Callable, Mapping

from harness.inspection.danger import Found
from harness.inspection.inspect import inspect
from harness.messages import Confinement
from harness.nouns import HarnessError
from harness.processes.confinement import confine, limit
from harness.record.record import open_record
from harness.record.structured import structured

#: Bytes of address space. What is read at once is bounded (`sizes.MOST`), and its JSON takes ten times as much.
MEMORY = 8 << 30
_REFUSED = 2


def inspect_apart(path: Path, seconds: float = 60) -> Found:
    """Look into a record, an artifact or a folder of them, without loading anything.

    Args:
        path: It.
        seconds: Time limit.

    Raises:
        HarnessError: There is nothing, it is damaged, or looking into it took too long or crashed.
    """
    return structured(Found, json.loads(_apart("inspect", path, seconds, "looking into it")))


def read_apart(path: Path, seconds: float = 60) -> None:
    """Read all of a record but its artifact, and every file for its digest, before the driver itself does.

    Args:
        path: It.
        seconds: Time limit.

    Raises:
        HarnessError: It is no record, it is damaged, or reading it took too long, or more memory than there is for it.
    """
    _apart("read", path, seconds, "reading it")


def _apart(step: str, path: Path, seconds: float, doing: str) -> bytes:
    """What a step prints in a process of its own."""
    package = str(Path(__file__).parents[2])
    code = f"import sys; sys.path.insert(0, {package!r}); from harness.inspection.apart import main; main()"
    command = [sys.executable, "-c", code, step, str(path.absolute()), str(path)]
    try:
        done = subprocess.run(command, capture_output=True, timeout=seconds, check=False)
    except subprocess.TimeoutExpired:
        raise HarnessError(f"{path}: {doing} took more than {seconds:g} s") from None
    if done.returncode == _REFUSED:
        raise HarnessError(done.stderr.decode("utf-8", "replace").strip())
    if done.returncode:
        last = (done.stderr.decode("utf-8", "replace").strip() or "no word").splitlines()[-1]
        raise HarnessError(f"{path}: {doing} ended with {done.returncode}: {last}")
    return done.stdout


def main() -> None:
    """Carry out one step with one path, and write what was found as JSON."""
    limit(resource.RLIMIT_AS, MEMORY)
    confine(Confinement(MEMORY, (tempfile.gettempdir(),)), [])
    step, path, called = sys.argv[1:]
    try:
        found = _STEPS[step](Path(path))
    except HarnessError as error:
        print(str(error).replace(path, called), file=sys.stderr)
        sys.exit(_REFUSED)
    json.dump(found, sys.stdout)


def _inspect(path: Path) -> Any:
    return asdict(inspect(path))


def _read(path: Path) -> Any:
    record = open_record(path)
    record.inputs(), record.reference()


_STEPS: Mapping[str, Callable[[Path], Any]] = {"inspect": _inspect, "read": _read}
