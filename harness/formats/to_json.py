"""`model.to_json()`, and the weights beside it: architecture and weights apart, as before there was one file for both.

Keeps, as documented: config and weights.
Loses: compile arguments, optimizer; custom classes and functions, which must be registered or handed to the loader.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Mapping

from harness.formats.format import EVERYTHING, WITHOUT_CODE, Format
from harness.nouns import BARE, CODE, COMPILE, EVALUATION, LIBRARY, OPTIMIZER, RESUME

CONFIG, WEIGHTS = "model.json", "model.weights.h5"

_OF_COMPILED_MODELS = frozenset({COMPILE, OPTIMIZER, EVALUATION, RESUME})


def save(model: Any, path: Path) -> None:
    path.mkdir()
    (path / CONFIG).write_text(model.to_json(), encoding="utf-8")
    model.save_weights(str(path / WEIGHTS))


def load(path: Path, custom_objects: Mapping[str, Any]) -> Any:
    from tensorflow import keras

    config = (path / CONFIG).read_text(encoding="utf-8")
    model = keras.models.model_from_json(config, custom_objects=dict(custom_objects) or None)
    model.load_weights(str(path / WEIGHTS))
    return model


def _line(custom_objects: str) -> str:
    return (
        f'model = tf.keras.models.model_from_json(open("parts/{CONFIG}").read(){custom_objects}); '
        f'model.load_weights("parts/{WEIGHTS}")'
    )


TO_JSON = Format(
    name="to_json",
    artifact="parts",
    resaved_as="dot_keras",
    save=save,
    save_line=f'import os; os.mkdir("parts"); open("parts/{CONFIG}", "w").write(model.to_json()); '
    f'model.save_weights("parts/{WEIGHTS}")',
    load=load,
    keeps={
        BARE: WITHOUT_CODE - _OF_COMPILED_MODELS,
        LIBRARY: EVERYTHING - _OF_COMPILED_MODELS,
        CODE: EVERYTHING - _OF_COMPILED_MODELS,
    },
    load_lines={
        BARE: _line(""),
        LIBRARY: _line(", custom_objects=vars(library)"),
        CODE: _line(", custom_objects=vars(my_model)"),
    },
)
