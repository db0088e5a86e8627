"""Sixteen cells in one process, a test for each, as keras-hub and transformers have them: nothing is isolated.

Each builds and trains a model of its own, saves it, loads it beside itself, and compares what the two predict.
"""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks import cells

if __name__ == "__main__":
    from tensorflow import keras

    for case in cells.CELLS:
        subject = cells.subject_of(case)
        model, x = cells.trained(subject)
        before = cells.predicted(model, x)
        with tempfile.TemporaryDirectory() as folder:
            path = cells.saved(model, case, Path(folder))
            cells.require_same(before, cells.predicted(cells.loaded(case, subject, path), x), case)
        keras.backend.clear_session()
