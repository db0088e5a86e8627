"""SavedModel without traces: `save_traces=False`, small and quick to write.

Keeps, as documented: what a SavedModel keeps, for layers with a get_config.
Loses: the traced computation, so every custom class must be handed to the loader;
and the signatures: tf.saved_model.load finds no serving_default in it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.formats import savedmodel
from harness.formats.format import EVERYTHING, WITHOUT_CODE, Format, load_model_lines
from harness.nouns import BARE, CODE, LIBRARY


def save(model: Any, path: Path) -> None:
    model.save(str(path), save_format="tf", save_traces=False)


TRACELESS = Format(
    name="traceless",
    artifact="model",
    resaved_as="dot_keras",
    save=save,
    save_line='model.save("model", save_format="tf", save_traces=False)',
    load=savedmodel.load,
    load_uncompiled=savedmodel.load_uncompiled,
    keeps={BARE: WITHOUT_CODE, LIBRARY: EVERYTHING, CODE: EVERYTHING},
    load_lines=load_model_lines("model"),
    needs=("keras<3",),
)
