"""The tokenizer that belongs to a model: saved beside it, and the same ids and predictions from text."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Mapping, Sequence

import numpy as np

from harness.fresh.aspects.sight import hidden
from harness.fresh.canonical import canonical
from harness.nouns import TOKENIZER
from harness.observation import Hidden, Observation
from harness.record.batches import Inputs, flatten, leaves

#: transformers' two kinds.
KINDS = {"slow": False, "fast": True}
KERAS_HUB = "keras-hub"

#: What tells the folder of a keras-hub tokenizer: transformers writes none of that name.
_ASSETS = "assets"

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
    is_one = hasattr(given, "save_pretrained") or hasattr(given, "save_to_preset")
    return given() if callable(given) and not is_one else given


def save(tokenizer: Any, folder: Path) -> None:
    """Package a tokenizer as its library does."""
    if _of_keras_hub(tokenizer):
        tokenizer.save_to_preset(str(folder))
    else:
        tokenizer.save_pretrained(str(folder))


def trained_with(tokenizer: Any, model: Any, inputs: Inputs) -> Observation:
    """What a model was trained with: the reference, and what each kind of tokenizer must say after a reload."""
    if tokenizer is None:
        return Observation({}, {TOKENIZER: Hidden("the model comes without a tokenizer")})
    kinds = [KERAS_HUB] if _of_keras_hub(tokenizer) else KINDS
    return _observed(lambda: _facts(dict.fromkeys(kinds, tokenizer), model, inputs))


def reloaded(folder: Path, model: Any, inputs: Inputs) -> Observation:
    """The same of what was packaged in a folder."""
    if not folder.is_dir():
        return Observation({}, {TOKENIZER: Hidden("the model comes without a tokenizer")})
    return _observed(lambda: _facts(_all(folder), model, inputs))


def _of_keras_hub(tokenizer: Any) -> bool:
    return hasattr(tokenizer, "save_to_preset")


def _all(folder: Path) -> dict[str, Any]:
    if (folder / _ASSETS).is_dir():
        import keras
        import keras_hub  # noqa: F401  registers its classes

        # Its from_preset asks for config.json, which a backbone writes and a tokenizer does not.
        written = json.loads((folder / "tokenizer.json").read_text(encoding="utf-8"))
        tokenizer = keras.saving.deserialize_keras_object(written)
        tokenizer.load_preset_assets(str(folder))
        return {KERAS_HUB: tokenizer}
    from transformers import AutoTokenizer

    load: Any = AutoTokenizer.from_pretrained
    return {kind: load(str(folder), use_fast=fast) for kind, fast in KINDS.items()}


def _observed(look: Any) -> Observation:
    try:
        return Observation({TOKENIZER: look()})
    except Exception as error:
        return Observation({}, {TOKENIZER: hidden(error)})


def _facts(tokenizers: Mapping[str, Any], model: Any, inputs: Inputs) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for kind, tokenizer in tokenizers.items():
        ids, mask, settings = (_packed if kind == KERAS_HUB else _encoded)(tokenizer, inputs.texts)
        facts[f"{kind} ids"] = ids.astype("int32")
        facts[f"{kind} mask"] = mask.astype("int32")
        facts[f"{kind} settings"] = settings
        if kind != "fast" and _takes_texts(inputs.data[0]):
            x = {"input_ids": facts[f"{kind} ids"], "attention_mask": facts[f"{kind} mask"]}
            outputs = model.predict(x, batch_size=len(inputs.texts), verbose=0)
            facts.update({name: np.asarray(value) for name, value in flatten("from text", outputs).items()})
    return facts


def _encoded(tokenizer: Any, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    encoded = tokenizer(list(texts), padding=True, return_tensors="np")
    settings = {name: _plain(getattr(tokenizer, name)) for name in _SETTINGS}
    return encoded["input_ids"], encoded["attention_mask"], settings


def _packed(tokenizer: Any, texts: Sequence[str]) -> tuple[np.ndarray, np.ndarray, dict[str, Any]]:
    """What keras-hub's tokenizer says: <s> and </s> around it, and the padding, are its packer's affair there."""
    rows = [[tokenizer.start_token_id, *np.asarray(tokenizer(text)).tolist(), tokenizer.end_token_id] for text in texts]
    width = max(map(len, rows))
    ids = np.array([row + [tokenizer.pad_token_id] * (width - len(row)) for row in rows])
    mask = np.array([[1] * len(row) + [0] * (width - len(row)) for row in rows])
    tokens = ("start_token", "end_token", "pad_token", "unk_token", "mask_token_id")
    # Its name is made up anew by every process.
    config = {name: each for name, each in tokenizer.get_config().items() if name != "name"}
    return ids, mask, {**dict(canonical(config)), **{name: getattr(tokenizer, name) for name in tokens}}


def _takes_texts(x: Any) -> bool:
    """Whether a model takes a batch of single texts; multiple choice, for one, takes several an example."""
    return isinstance(x, Mapping) and "input_ids" in x and all(np.ndim(each) == 2 for each in leaves(x))


def _plain(value: Any) -> Any:
    return {key: str(each) for key, each in value.items()} if isinstance(value, Mapping) else value
