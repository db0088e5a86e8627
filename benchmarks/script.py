"""One half of a cell, as a script that somebody writes: python -m benchmarks.script save|load CELL FOLDER."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from benchmarks import cells


def main(half: str, id: str, folder: Path) -> None:
    case = cells.find(id)
    subject = cells.subject_of(case)
    if half == "save":
        model, x = cells.trained(subject)
        np.savez(folder / "before.npz", *cells.predicted(model, x))
        cells.saved(model, case, folder)
        return
    model = cells.loaded(case, subject, folder / cells.find_format(case.format).artifact)
    with np.load(folder / "before.npz") as before:
        cells.require_same([before[name] for name in before.files], cells.predicted(model, subject.data()[0]), case)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], Path(sys.argv[3]))
