"""Sixteen cells by a script: two interpreters for each, one after another."""

from __future__ import annotations

import subprocess
import sys
import tempfile

from benchmarks.cells import CELLS

if __name__ == "__main__":
    for case in CELLS:
        with tempfile.TemporaryDirectory() as folder:
            for half in ("save", "load"):
                subprocess.run([sys.executable, "-m", "benchmarks.script", half, case.id, folder], check=True)
