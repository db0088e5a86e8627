"""Weights in TensorFlow's checkpoint format: `save_weights(path, save_format="tf")`.

Keeps, as documented: every object that the model tracks, the optimizer included.
Loses: everything else; the model is built again by its own code.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.formats.format import WHAT_TRAINING_STATE_DECIDES, Format
from harness.nouns import REBUILD

# A checkpoint is several files with one prefix; the folder is the artifact.
PREFIX = "weights"


def save(model: Any, path: Path) -> None:
    path.mkdir()
    model.save_weights(str(path / PREFIX), save_format="tf")


def restore(model: Any, path: Path) -> None:
    model.load_weights(str(path / PREFIX))


TF_WEIGHTS = Format(
    name="tf_weights",
    artifact="weights",
    resaved_as="checkpoint",
    save=save,
    save_line='model.save_weights("weights/weights", save_format="tf")',
    restore=restore,
    keeps={REBUILD: WHAT_TRAINING_STATE_DECIDES},
    load_lines={REBUILD: 'model = build(); model.load_weights("weights/weights")'},
    needs=("keras<3",),
)
