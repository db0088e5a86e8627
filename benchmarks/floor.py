"""The bare operations of sixteen cells, over two processes: each recipe trained once, each save, load and predict.

Prints the seconds of the slower process once it is warm. Nothing is compared.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import cells

PROCESSES = 2


def operate(first: int) -> None:
    """Every second recipe, from the first or from the second."""
    cells.predicted(*cells.trained(cells.subject_of(cells.CELLS[0])))  # warm: imported, and converted for graphs
    begun = time.monotonic()
    for recipe in cells.RECIPES[first::PROCESSES]:
        of_this = [each for each in cells.CELLS if each.recipe == recipe]
        subject = cells.subject_of(of_this[0])
        model, x = cells.trained(subject)
        cells.predicted(model, x)
        with tempfile.TemporaryDirectory() as folder:
            paths = {each: cells.saved(model, each, Path(folder)) for each in of_this}
            for each, path in paths.items():
                cells.predicted(cells.loaded(each, subject, path), x)
    print(time.monotonic() - begun)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        operate(int(sys.argv[1]))
    else:
        command = [sys.executable, "-m", "benchmarks.floor"]
        running = [
            subprocess.Popen([*command, str(each)], stdout=subprocess.PIPE, text=True) for each in range(PROCESSES)
        ]
        said = [each.communicate()[0] for each in running]
        if any(each.returncode for each in running):
            sys.exit(1)
        print(max(map(float, said)))
