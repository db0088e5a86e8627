"""Hugging Face's `save_pretrained`: a folder with config.json and the weights, as HDF5 or as safetensors.

Keeps, as documented: the model's config and its weights.
Loses: how it was compiled, the optimizer.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Mapping

from harness.formats.format import Format
from harness.nouns import CLASS, CONFIG, LIBRARY, NAMES, PREDICTIONS, RESAVE, SIGNATURE, TOKENIZER, WARNINGS, WEIGHTS


def is_hugging_face(model: Any) -> bool:
    return hasattr(model, "save_pretrained")


def save_h5(model: Any, path: Path) -> None:
    model.save_pretrained(str(path))


def save_safetensors(model: Any, path: Path) -> None:
    model.save_pretrained(str(path), safe_serialization=True)


def load(path: Path, custom_objects: Mapping[str, Any]) -> Any:
    """Load with the class that config.json names; PyTorch's name of it, so "TF" goes in front."""
    import transformers

    (architecture,) = json.loads((path / "config.json").read_text())["architectures"]
    return getattr(transformers, "TF" + architecture.removeprefix("TF")).from_pretrained(str(path))


_KEEPS = {
    LIBRARY: frozenset({WEIGHTS, CONFIG, CLASS, NAMES, PREDICTIONS, SIGNATURE, TOKENIZER, RESAVE, WARNINGS}),
}
_LOAD_LINES = {LIBRARY: 'model = TheModelsClass.from_pretrained("pretrained")'}

HF_H5 = Format(
    name="hf_h5",
    artifact="pretrained",
    resaved_as="hf_safetensors",
    save=save_h5,
    save_line='model.save_pretrained("pretrained")',
    load=load,
    keeps=_KEEPS,
    load_lines=_LOAD_LINES,
    needs=("transformers", "keras<3"),
    suits=is_hugging_face,
)

HF_SAFETENSORS = Format(
    name="hf_safetensors",
    artifact="pretrained",
    resaved_as="hf_h5",
    save=save_safetensors,
    save_line='model.save_pretrained("pretrained", safe_serialization=True)',
    load=load,
    keeps=_KEEPS,
    load_lines=_LOAD_LINES,
    needs=("transformers>=4.28", "keras<3"),
    suits=is_hugging_face,
)
