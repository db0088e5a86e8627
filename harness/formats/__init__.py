"""The formats, one small file each. To add one: write its file, import it here, and put it into the tuple."""

from __future__ import annotations

import importlib
from typing import Any

from harness.formats.checkpoint import CHECKPOINT
from harness.formats.dot_keras import DOT_KERAS
from harness.formats.export import EXPORT
from harness.formats.format import EVERYTHING, Format
from harness.formats.pretrained import HF_H5, HF_SAFETENSORS
from harness.formats.savedmodel import SAVEDMODEL
from harness.formats.shards import SHARDS
from harness.formats.tf_weights import TF_WEIGHTS
from harness.formats.traceless import TRACELESS
from harness.formats.weights_h5 import WEIGHTS_H5
from harness.formats.whole_h5 import WHOLE_H5
from harness.nouns import CODE, HarnessError

__all__ = ["FORMATS", "PACKAGED", "Format", "find_format"]

_ALL = (
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

FORMATS = {each.name: each for each in _ALL}


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
