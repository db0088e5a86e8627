"""MLflow: `mlflow.tensorflow.save_model`, a folder with the model, what it requires, and a file that names both.

Keeps, as documented: what .keras keeps, which is what it writes.
Loses: custom classes and functions, which must be registered or handed to the loader. What loads it imports the module
that it names, and reads a pickle in it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Mapping

from harness.formats.format import EVERYTHING, WITHOUT_CODE, Format
from harness.nouns import BARE, CODE, LIBRARY

#: Else MLflow loads the model in a process of its own to find out what it takes.
_REQUIREMENTS = ["tensorflow"]


def save(model: Any, path: Path) -> None:
    import mlflow.tensorflow

    mlflow.tensorflow.save_model(model, str(path), pip_requirements=_REQUIREMENTS)


def load(path: Path, custom_objects: Mapping[str, Any]) -> Any:
    import mlflow.tensorflow

    return mlflow.tensorflow.load_model(str(path), keras_model_kwargs={"custom_objects": dict(custom_objects)})


def _line(custom_objects: str) -> str:
    return f'import mlflow.tensorflow; model = mlflow.tensorflow.load_model("mlflow_model"{custom_objects})'


MLFLOW = Format(
    name="mlflow",
    artifact="mlflow_model",
    resaved_as="dot_keras",
    save=save,
    save_line='import mlflow.tensorflow; mlflow.tensorflow.save_model(model, "mlflow_model", '
    f"pip_requirements={_REQUIREMENTS})",
    load=load,
    keeps={BARE: WITHOUT_CODE, LIBRARY: EVERYTHING, CODE: EVERYTHING},
    load_lines={
        BARE: _line(""),
        LIBRARY: _line(', keras_model_kwargs={"custom_objects": dict(vars(library))}'),
        CODE: _line(', keras_model_kwargs={"custom_objects": dict(vars(my_model))}'),
    },
    needs=("mlflow",),
    danger="import",
)
