"""Whole-model HDF5: architecture, weights and training state in one .h5 file.

Keeps, as documented: config, weights, compile arguments, optimizer state.
Loses: custom classes and functions, and losses that layers add; subclassed models are refused.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.formats import savedmodel
from harness.formats.format import EVERYTHING, WHAT_WEIGHTS_DECIDE, WITHOUT_CODE, Format, load_model_lines
from harness.nouns import BARE, CODE, LIBRARY, REBUILD


def save(model: Any, path: Path) -> None:
    # The suffix alone selects HDF5 in every Keras; Keras 3 refuses save_format.
    model.save(str(path))


def restore(model: Any, path: Path) -> None:
    model.load_weights(str(path))


WHOLE_H5 = Format(
    name="whole_h5",
    artifact="model.h5",
    spoils_the_model=True,  # Keras 3 takes the optimizer out of what the same model writes afterwards
    resaved_as="dot_keras",
    save=save,
    save_line='model.save("model.h5")',
    load=savedmodel.load,
    load_uncompiled=savedmodel.load_uncompiled,
    restore=restore,
    keeps={BARE: WITHOUT_CODE, LIBRARY: EVERYTHING, CODE: EVERYTHING, REBUILD: WHAT_WEIGHTS_DECIDE},
    load_lines={**load_model_lines("model.h5"), REBUILD: 'model = build(); model.load_weights("model.h5")'},
)
