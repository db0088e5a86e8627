"""A model as a pickle: by pickle itself, by cloudpickle, by joblib. All ask the model, which hands over an archive.

Keeps, as documented: what .keras keeps.
Loses: custom classes and functions, which must be importable or registered. Whoever reads a pickle runs what it says.
"""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any, Callable, Mapping

from harness.formats.format import EVERYTHING, WITHOUT_CODE, Format
from harness.nouns import BARE, CODE, LIBRARY

#: Kind of danger that each of them is (`harness.inspection.danger.KINDS`).
DANGER = "pickle"


def save(model: Any, path: Path) -> None:
    path.write_bytes(pickle.dumps(model))


def save_cloudpickle(model: Any, path: Path) -> None:
    import cloudpickle

    path.write_bytes(cloudpickle.dumps(model))


def save_joblib(model: Any, path: Path) -> None:
    import joblib

    joblib.dump(model, str(path))


def _read(path: Path) -> Any:
    return pickle.loads(path.read_bytes())


def _read_joblib(path: Path) -> Any:
    import joblib

    return joblib.load(str(path))


def _loading(read: Callable[[Path], Any]) -> Callable[[Path, Mapping[str, Any]], Any]:
    """A loader of whole models: what reads a pickle is handed no custom objects, so they are in scope meanwhile."""

    def load(path: Path, custom_objects: Mapping[str, Any]) -> Any:
        from tensorflow import keras

        with keras.utils.custom_object_scope(dict(custom_objects)):
            return read(path)

    return load


def _lines(load: str) -> dict[str, str]:
    in_scope = "with tf.keras.utils.custom_object_scope({}): " + load
    return {
        BARE: f"import tensorflow as tf; {load}",
        LIBRARY: in_scope.format("dict(vars(library))"),
        CODE: in_scope.format("dict(vars(my_model))"),
    }


_KEEPS = {BARE: WITHOUT_CODE, LIBRARY: EVERYTHING, CODE: EVERYTHING}

PICKLED = Format(
    name="pickled",
    artifact="model.pkl",
    resaved_as="dot_keras",
    save=save,
    save_line='import pickle; pickle.dump(model, open("model.pkl", "wb"))',
    load=_loading(_read),
    keeps=_KEEPS,
    load_lines=_lines('model = __import__("pickle").load(open("model.pkl", "rb"))'),
    danger=DANGER,
)

CLOUDPICKLE = Format(
    name="cloudpickle",
    artifact="model.pkl",
    resaved_as="dot_keras",
    save=save_cloudpickle,
    save_line='import cloudpickle; cloudpickle.dump(model, open("model.pkl", "wb"))',
    load=_loading(_read),
    keeps=_KEEPS,
    load_lines=_lines('model = __import__("pickle").load(open("model.pkl", "rb"))'),
    needs=("cloudpickle",),
    danger=DANGER,
)

JOBLIB = Format(
    name="joblib",
    artifact="model.joblib",
    resaved_as="dot_keras",
    save=save_joblib,
    save_line='import joblib; joblib.dump(model, "model.joblib")',
    load=_loading(_read_joblib),
    keeps=_KEEPS,
    load_lines=_lines('model = __import__("joblib").load("model.joblib")'),
    needs=("joblib",),
    danger=DANGER,
)
