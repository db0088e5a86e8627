"""Weights only, in several HDF5 files and an index: `save_weights("model.weights.json", max_shard_size=...)`.

Keeps, as documented: weights.
Loses: everything else; the model is built again by its own code.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.formats.format import WHAT_WEIGHTS_DECIDE, Format
from harness.nouns import REBUILD

NAME = "model.weights.json"
#: In GB, some 26 kB. A layer is not divided, and the embeddings here have 23 kB: the rest makes more than one file.
SHARD = 2.4e-5


def save(model: Any, path: Path) -> None:
    path.mkdir()
    model.save_weights(str(path / NAME), max_shard_size=SHARD)


def restore(model: Any, path: Path) -> None:
    model.load_weights(str(path / NAME))


SHARDS = Format(
    name="shards",
    artifact="shards",
    resaved_as="weights_h5",
    save=save,
    save_line='import os; os.mkdir("shards"); '
    'model.save_weights("shards/model.weights.json", max_shard_size=1)  # in GB',
    restore=restore,
    keeps={REBUILD: WHAT_WEIGHTS_DECIDE},
    load_lines={REBUILD: 'model = build(); model.load_weights("shards/model.weights.json")'},
    needs=("keras>=3.10",),
)
