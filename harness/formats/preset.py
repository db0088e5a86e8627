"""keras-hub: `task.save_to_preset`, a folder with the config of a task, its weights and how its input is prepared.

Keeps, as documented: the task's config and its weights.
Loses: how it was compiled, the optimizer; keras-hub compiles what it loads by its own defaults.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Mapping

from harness.formats.format import Format
from harness.nouns import CLASS, CONFIG, LIBRARY, NAMES, PREDICTIONS, RESAVE, SIGNATURE, WARNINGS, WEIGHTS


def is_keras_hub(model: Any) -> bool:
    return hasattr(model, "save_to_preset")


def save(model: Any, path: Path) -> None:
    model.save_to_preset(str(path))


def load(path: Path, custom_objects: Mapping[str, Any]) -> Any:
    """Load with the class that task.json names, or config.json of a backbone: one of keras-hub's."""
    import keras_hub

    told = path / "task.json" if (path / "task.json").exists() else path / "config.json"
    name = json.loads(told.read_text(encoding="utf-8"))["class_name"]
    return getattr(keras_hub.models, name).from_preset(str(path))


PRESET = Format(
    name="preset",
    artifact="preset",
    save=save,
    save_line='model.save_to_preset("preset")',
    load=load,
    keeps={
        LIBRARY: frozenset({WEIGHTS, CONFIG, CLASS, NAMES, PREDICTIONS, SIGNATURE, RESAVE, WARNINGS}),
    },
    load_lines={LIBRARY: 'model = TheModelsClass.from_preset("preset")'},
    needs=("keras-hub", "keras>=3"),
    suits=is_keras_hub,
)
