"""Weights only, as HDF5: `save_weights("model.weights.h5")`.

Keeps, as documented: weights.
Loses: everything else; the model is built again by its own code.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.formats import whole_h5
from harness.formats.format import WHAT_WEIGHTS_DECIDE, Format
from harness.nouns import REBUILD


def save(model: Any, path: Path) -> None:
    model.save_weights(str(path))


WEIGHTS_H5 = Format(
    name="weights_h5",
    artifact="model.weights.h5",
    resaved_as="tf_weights",
    save=save,
    save_line='model.save_weights("model.weights.h5")',
    restore=whole_h5.restore,
    keeps={REBUILD: WHAT_WEIGHTS_DECIDE},
    load_lines={REBUILD: 'model = build(); model.load_weights("model.weights.h5")'},
)
