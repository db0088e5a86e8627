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
    crosses="whole_h5",
    save=save,
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
    needs=("keras<3",),
    tolerance=OF_A_TRACED_GRAPH,
)
