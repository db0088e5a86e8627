"""Where the backbone comes from: a random one, tiny or full, or a pretrained checkpoint with its tokenizer."""

from __future__ import annotations

import importlib.util
import json
import os
from pathlib import Path
from typing import Any

from cases.corpus.pieces import Pieces
from harness.fresh.dialects import is_keras_3
from harness.nouns import HarnessError, InfrastructureError

#: transformers' names for weights that it can load without PyTorch, whole or in shards.
WEIGHT_FILES = (
    "tf_model.h5",
    "model.safetensors",
    "tf_model.h5.index.json",
    "model.safetensors.index.json",
)
MODEL_TYPE = "xlm-roberta"
CORPUS = Path(__file__).with_name("corpus")
TOKENIZER_FILES = ("sentencepiece.bpe.model", "tokenizer.json")

#: Everything that a real one has, once. 64 tokens: XLM-RoBERTa counts positions from pad_token_id + 1.
TINY = {
    "hidden_size": 16,
    "num_hidden_layers": 1,
    "num_attention_heads": 2,
    "intermediate_size": 32,
    "max_position_embeddings": 66,
    "type_vocab_size": 1,
    "pad_token_id": 1,
}
#: The published ones: https://huggingface.co/FacebookAI/xlm-roberta-base and -large, config.json.
_PUBLISHED = {"vocab_size": 250002, "max_position_embeddings": 514, "type_vocab_size": 1, "pad_token_id": 1}
SIZES = {
    "base": {
        **_PUBLISHED,
        "hidden_size": 768,
        "num_hidden_layers": 12,
        "num_attention_heads": 12,
        "intermediate_size": 3072,
    },
    "large": {
        **_PUBLISHED,
        "hidden_size": 1024,
        "num_hidden_layers": 24,
        "num_attention_heads": 16,
        "intermediate_size": 4096,
    },
}
#: A checkpoint that is none: "random:base" has the published size and random weights.
RANDOM = "random:"


def check_checkpoint(text: str) -> None:
    """Make sure, without TensorFlow and without a network, that a checkpoint can be one.

    Args:
        text: "" for the tiny backbone; random:base or random:large for one of that size; a directory; or the name of a
            checkpoint on the Hugging Face hub, which is not looked up here.

    Raises:
        HarnessError: It is none of them.
    """
    if _is_random(text):
        if text and text[len(RANDOM) :] not in SIZES:
            raise HarnessError(f"checkpoint {text}: there is no such size; expected {' or '.join(SIZES)}")
        return
    if not _is_path(text):
        return
    directory = Path(text)
    if not directory.is_dir():
        raise HarnessError(f"checkpoint {text}: expected a directory or a name on the hub; there is no such directory")
    config = directory / "config.json"
    if not config.is_file():
        raise HarnessError(f"checkpoint {text}: expected a directory with config.json; it has none")
    try:
        kind = json.loads(config.read_text(encoding="utf-8")).get("model_type")
    except ValueError:
        raise HarnessError(f"checkpoint {text}: expected JSON in config.json; it is none") from None
    if kind != MODEL_TYPE:
        raise HarnessError(f"checkpoint {text}: expected model_type {MODEL_TYPE!r} in config.json; it is {kind!r}")
    if not _has_one_of(directory, WEIGHT_FILES):
        raise HarnessError(f"checkpoint {text}: expected weights, {' or '.join(WEIGHT_FILES[:2])}; it has neither")


def load_model(architecture: str, checkpoint: str, **config: Any) -> Any:
    """Make one of transformers' XLM-RoBERTa models.

    Args:
        architecture: Name of its class.
        checkpoint: As in `check_checkpoint`.
        config: What to set in its config.

    Raises:
        InfrastructureError: The checkpoint does not load, or lacks tokens.
    """
    from transformers.models.xlm_roberta import modeling_tf_xlm_roberta

    model_class = getattr(modeling_tf_xlm_roberta, architecture)
    if _is_random(checkpoint):
        from transformers.models.xlm_roberta.configuration_xlm_roberta import XLMRobertaConfig

        check_checkpoint(checkpoint)
        size = SIZES.get(checkpoint[len(RANDOM) :]) or {"vocab_size": len(load_tokenizer("")), **TINY}
        return model_class(XLMRobertaConfig(**size, **config))
    from safetensors import SafetensorError

    check_checkpoint(checkpoint)
    try:
        model = model_class.from_pretrained(checkpoint, **config)
    except (OSError, ValueError, SafetensorError) as error:
        raise InfrastructureError(f"checkpoint {checkpoint}: {architecture} does not load ({_line(error)})") from error
    tokens = len(load_tokenizer(checkpoint))
    if tokens > model.config.vocab_size:
        raise InfrastructureError(
            f"checkpoint {checkpoint}: expected embeddings for the {tokens} tokens of its tokenizer; "
            f"it has {model.config.vocab_size}"
        )
    return model


def load_tokenizer(checkpoint: str) -> Any:
    """The checkpoint's own tokenizer if it has one, else the corpus's.

    Raises:
        InfrastructureError: The checkpoint's does not load.
    """
    if _is_random(checkpoint) or (_is_path(checkpoint) and not _has_one_of(Path(checkpoint), TOKENIZER_FILES)):
        from transformers.models.xlm_roberta.tokenization_xlm_roberta import XLMRobertaTokenizer

        return XLMRobertaTokenizer(str(CORPUS / TOKENIZER_FILES[0]))
    from transformers import AutoTokenizer

    try:
        return AutoTokenizer.from_pretrained(checkpoint)
    except (OSError, ValueError) as error:
        raise InfrastructureError(f"checkpoint {checkpoint}: its tokenizer does not load ({_line(error)})") from error


def load_pieces(checkpoint: str) -> Any:
    """The corpus's tokenizer without a library: the backbones that use it have no checkpoint."""
    return Pieces(CORPUS / TOKENIZER_FILES[0])


def packaged_tokenizer(checkpoint: str) -> Any:
    """The tokenizer that goes with a model that is not transformers': keras-hub's with Keras 3, transformers' else.

    None where the one that it would be is not installed.
    """
    if not is_keras_3():
        return load_tokenizer("") if importlib.util.find_spec("transformers") else None
    if importlib.util.find_spec("keras_hub") is None:
        return None
    import keras_hub

    return keras_hub.tokenizers.XLMRobertaTokenizer(str(CORPUS / TOKENIZER_FILES[0]))


def _has_one_of(directory: Path, names: tuple[str, ...]) -> bool:
    return any((directory / name).is_file() for name in names)


def _is_random(text: str) -> bool:
    return not text or text.startswith(RANDOM)


def _is_path(text: str) -> bool:
    """A name on the hub has at most one slash, and none in front."""
    return os.path.isdir(text) or text.startswith((".", "/")) or text.count("/") > 1


def _line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
