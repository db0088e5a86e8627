"""The tokenizer that belongs to a model: saved beside it, and the same ids and predictions from text."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Mapping

import numpy as np

from harness.aspects.sight import why
from harness.batches import Inputs, flatten, leaves
from harness.case import TOKENIZER, Observation

KINDS = {"slow": False, "fast": True}

#: What a tokenizer is observed with, unless its model names texts of its own: scripts, cases, spaces, nothing at all.
TEXTS = (
    "The soup was warm, and VERY good!",
    "Das Brot schmeckt heute wunderbar.",
    "Суп очень вкусный.",
    "火车又来晚了。",
    "  two  spaces\nand a new line",
    "",
)

_SETTINGS = ("padding_side", "truncation_side", "model_max_length", "special_tokens_map")


def of(given: Any) -> Any:
    """The tokenizer that a model comes with: given as it is, or as a function that returns it."""
    return given() if callable(given) and not hasattr(given, "save_pretrained") else given


def trained_with(tokenizer: Any, model: Any, inputs: Inputs) -> Observation:
    """What a model was trained with: the reference, and what both kinds of tokenizer must say after a reload."""
    if tokenizer is None:
        return Observation({}, {TOKENIZER: "the model comes without a tokenizer"})
    return _observed(lambda: _facts(dict.fromkeys(KINDS, tokenizer), model, inputs))


def reloaded(folder: Path, model: Any, inputs: Inputs) -> Observation:
    """The same of what save_pretrained left in a folder."""
    if not folder.is_dir():
        return Observation({}, {TOKENIZER: "the model comes without a tokenizer"})
    return _observed(lambda: _facts(_both(folder), model, inputs))


def _both(folder: Path) -> dict[str, Any]:
    from transformers import AutoTokenizer

    load: Any = AutoTokenizer.from_pretrained
    return {kind: load(str(folder), use_fast=fast) for kind, fast in KINDS.items()}


def _observed(look: Any) -> Observation:
    try:
        return Observation({TOKENIZER: look()})
    except Exception as error:
        return Observation({}, {TOKENIZER: why(error)})


def _facts(tokenizers: Mapping[str, Any], model: Any, inputs: Inputs) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for kind, tokenizer in tokenizers.items():
        encoded = tokenizer(list(inputs.texts), padding=True, return_tensors="np")
        facts[f"{kind} ids"] = encoded["input_ids"].astype("int32")
        facts[f"{kind} mask"] = encoded["attention_mask"].astype("int32")
        facts[f"{kind} settings"] = {name: _plain(getattr(tokenizer, name)) for name in _SETTINGS}
        if kind == "slow" and _takes_texts(inputs.data[0]):
            x = {name: encoded[name].astype("int32") for name in ("input_ids", "attention_mask")}
            outputs = model.predict(x, batch_size=len(inputs.texts), verbose=0)
            facts.update({name: np.asarray(value) for name, value in flatten("from text", outputs).items()})
    return facts


def _takes_texts(x: Any) -> bool:
    """Whether a model takes a batch of single texts; multiple choice, for one, takes several an example."""
    return isinstance(x, Mapping) and "input_ids" in x and all(np.ndim(each) == 2 for each in leaves(x))


def _plain(value: Any) -> Any:
    return {key: str(each) for key, each in value.items()} if isinstance(value, Mapping) else value
