"""The formats, one small file each. To add one: write its file, import it here, and put it into a tuple."""

from __future__ import annotations

import importlib
from typing import Any

from harness.formats.callbacks import BACKUP, EACH_EPOCH
from harness.formats.checkpoint import CHECKPOINT
from harness.formats.dot_keras import DOT_KERAS
from harness.formats.export import EXPORT
from harness.formats.format import EVERYTHING, Format
from harness.formats.litert import LITERT_MODEL, LITERT_SAVED
from harness.formats.mlflow_model import MLFLOW
from harness.formats.onnx_files import KERAS_ONNX, TF2ONNX
from harness.formats.pickled import CLOUDPICKLE, JOBLIB, PICKLED
from harness.formats.preset import PRESET
from harness.formats.pretrained import HF_H5, HF_SAFETENSORS
from harness.formats.savedmodel import SAVEDMODEL
from harness.formats.shards import SHARDS
from harness.formats.tf_saved import TF_SAVED
from harness.formats.tf_weights import TF_WEIGHTS
from harness.formats.to_json import TO_JSON
from harness.formats.traceless import TRACELESS
from harness.formats.weights_h5 import WEIGHTS_H5
from harness.formats.whole_h5 import WHOLE_H5
from harness.nouns import CODE, HarnessError

__all__ = ["FORMATS", "PACKAGED", "USUAL", "Format", "find_format"]

#: What is tried where none is named, and what the default matrix is made of.
_USUAL = (
    SAVEDMODEL,
    TRACELESS,
    WHOLE_H5,
    DOT_KERAS,
    WEIGHTS_H5,
    TF_WEIGHTS,
    CHECKPOINT,
    SHARDS,
    EXPORT,
    HF_H5,
    HF_SAFETENSORS,
)

#: What is tried where it is named: ways of packaging that are others again, or take further packages.
_NAMED = (
    TO_JSON,
    EACH_EPOCH,
    BACKUP,
    TF_SAVED,
    PICKLED,
    CLOUDPICKLE,
    JOBLIB,
    TF2ONNX,
    KERAS_ONNX,
    LITERT_MODEL,
    LITERT_SAVED,
    MLFLOW,
    PRESET,
)

FORMATS = {each.name: each for each in (*_USUAL, *_NAMED)}
USUAL = {each.name: each for each in _USUAL}


def _nowhere(*_: Any) -> Any:
    raise HarnessError("a subject's own save and load are run where its code is")


#: A subject's own packaging code, wherever a format's name is asked for: its save and load.
PACKAGED = "own"


def find_format(name: str) -> Format:
    """A format by its name, or one that is defined elsewhere by "module:NAME".

    "own" is found without its functions: only a process that has the subject has those.
    """
    if name == PACKAGED:
        return Format(
            name=PACKAGED,
            artifact="artifact",
            save=_nowhere,
            save_line="save(model, path)",
            load=_nowhere,
            load_lines={CODE: "model = load(path)"},
            keeps={CODE: EVERYTHING},
        )
    module, colon, constant = name.partition(":")
    found: Format = getattr(importlib.import_module(module), constant) if colon else FORMATS[name]
    return found
