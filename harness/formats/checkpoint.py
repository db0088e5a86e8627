"""tf.train.Checkpoint of the model and its optimizer, the way training loops save.

Keeps, as documented: weights, optimizer state. Slot variables come back when
the optimizer creates them, at the latest in its first step.
Loses: everything else; the model is built again by its own code.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.formats.format import WHAT_TRAINING_STATE_DECIDES, Format
from harness.nouns import REBUILD

PREFIX = "checkpoint"


def save(model: Any, path: Path) -> None:
    import tensorflow as tf

    path.mkdir()
    tf.train.Checkpoint(model=model, optimizer=model.optimizer).write(str(path / PREFIX))


def restore(model: Any, path: Path) -> None:
    import tensorflow as tf

    tf.train.Checkpoint(model=model, optimizer=model.optimizer).read(str(path / PREFIX))


CHECKPOINT = Format(
    name="checkpoint",
    artifact="checkpoint",
    resaved_as="weights_h5",
    save=save,
    save_line='tf.train.Checkpoint(model=model, optimizer=model.optimizer).write("checkpoint/checkpoint")',
    restore=restore,
    keeps={REBUILD: WHAT_TRAINING_STATE_DECIDES},
    load_lines={
        REBUILD: "model = build(); "
        'tf.train.Checkpoint(model=model, optimizer=model.optimizer).read("checkpoint/checkpoint")'
    },
)
