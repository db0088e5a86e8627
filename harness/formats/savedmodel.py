"""SavedModel: the directory that TensorFlow Serving reads.

Keeps, as documented: architecture, weights, compile arguments, optimizer and
its state, and the traced computation of every layer, so that custom layers
load without their code.
Loses: the Python classes, unless custom_objects has them; the rest is for the harness to say.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Mapping

from harness.formats.format import (
    EVERYTHING,
    OF_A_TRACED_GRAPH,
    WHAT_SERVING_SHOWS,
    WHAT_WEIGHTS_DECIDE,
    WITHOUT_CODE,
    Format,
    load_model_lines,
    serving_line,
)
from harness.nouns import BARE, CODE, LIBRARY, REBUILD, SERVING


def save(model: Any, path: Path) -> None:
    model.save(str(path), save_format="tf")


def load(path: Path, custom_objects: Mapping[str, Any]) -> Any:
    from tensorflow import keras

    return keras.models.load_model(str(path), custom_objects=dict(custom_objects) or None)


def load_uncompiled(path: Path, custom_objects: Mapping[str, Any]) -> Any:
    from tensorflow import keras

    return keras.models.load_model(str(path), custom_objects=dict(custom_objects) or None, compile=False)


def restore(model: Any, path: Path) -> None:
    # A SavedModel holds its weights as a TensorFlow checkpoint.
    model.load_weights(str(path / "variables" / "variables"))


SAVEDMODEL = Format(
    name="savedmodel",
    artifact="model",
    resaved_as="whole_h5",
    save=save,
    save_line='model.save("model", save_format="tf")',
    load=load,
    load_uncompiled=load_uncompiled,
    restore=restore,
    keeps={
        BARE: WITHOUT_CODE,
        LIBRARY: EVERYTHING,
        CODE: EVERYTHING,
        REBUILD: WHAT_WEIGHTS_DECIDE,
        SERVING: WHAT_SERVING_SHOWS,
    },
    load_lines={
        **load_model_lines("model"),
        REBUILD: 'model = build(); model.load_weights("model/variables/variables")',
        SERVING: serving_line("model"),
    },
    needs=("keras<3",),
    tolerance=OF_A_TRACED_GRAPH,
)
