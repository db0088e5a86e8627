"""Inspect in a process of its own, with limits: what is malformed may break the libraries that read it."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from harness.inspection.danger import Found
from harness.inspection.inspect import inspect
from harness.messages import Confinement
from harness.nouns import HarnessError
from harness.processes.confinement import confine, limit
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
    package = str(Path(__file__).parents[2])
    code = f"import sys; sys.path.insert(0, {package!r}); from harness.inspection.apart import main; main()"
    try:
        done = subprocess.run(
            [sys.executable, "-c", code, str(path.absolute())], capture_output=True, timeout=seconds, check=False
        )
    except subprocess.TimeoutExpired:
        raise HarnessError(f"{path}: looking into it took more than {seconds:g} s") from None
    if done.returncode == _REFUSED:
        raise HarnessError(done.stderr.decode("utf-8", "replace").strip())
    if done.returncode:
        last = (done.stderr.decode("utf-8", "replace").strip() or "no word").splitlines()[-1]
        raise HarnessError(f"{path}: looking into it ended with {done.returncode}: {last}")
    return structured(Found, json.loads(done.stdout))


def main() -> None:
    """Inspect one path, and write what was found as JSON."""
    limit(resource.RLIMIT_AS, MEMORY)
    confine(Confinement(MEMORY, (tempfile.gettempdir(),)), [])
    try:
        found: Any = asdict(inspect(Path(sys.argv[1])))
    except HarnessError as error:
        print(error, file=sys.stderr)
        sys.exit(_REFUSED)
    json.dump(found, sys.stdout)
