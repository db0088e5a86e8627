"""Hugging Face's XLM-RoBERTa to keras-hub's: what `save_pretrained` wrote, read by another library.

Each function runs in a fresh process. What must be handled on the way is named, so that a test can leave it out
and see what comes of it.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping

import numpy as np

#: What keras-hub fixes; transformers' default is 1e-12, and published checkpoints say 1e-5 in their config.
EPSILON = 1e-5
#: transformers counts positions from pad_token_id + 1, and the rows of its table before that are never used.
FIRST_POSITION = 2

#: What has to be handled: the trap, and what is done without it.
TRAPS: Mapping[str, str] = {
    "epsilon": "layer normalisations keep keras-hub's epsilon, whatever the config says",
    "positions": "the table of positions is taken from its first row",
    "types": "the embedding of the only token type is left out",
    "layout": "kernels are taken for PyTorch's, which are transposed",
}

Tensors = Mapping[str, np.ndarray]


def pretrain(arguments: Mapping[str, Any], progress: Callable[[Any], None]) -> None:
    """Write a tiny random model as transformers does, and what it says to some inputs.

    Args:
        arguments: folder; inputs (path of an .npz with input_ids and attention_mask); outputs (path to write
            hidden states to); config (what to set in it); safe (safetensors, or HDF5).
        progress: Not used.
    """
    import transformers

    from cases.checkpoint import TINY, load_pieces

    config = transformers.XLMRobertaConfig(vocab_size=len(load_pieces("")), **{**TINY, **arguments["config"]})
    model = transformers.TFXLMRobertaModel(config)
    model(model.dummy_inputs)
    noise = np.random.default_rng(5)
    for each in model.weights:  # biases that are not 0, and scales that are not 1, as a trained model has them
        if "embeddings/embeddings" not in each.name and "word_embeddings" not in each.name:
            each.assign(each.numpy() + noise.normal(0, 0.3, each.shape).astype("float32"))
    model.save_pretrained(arguments["folder"], safe_serialization=arguments["safe"])
    with np.load(arguments["inputs"]) as x:
        hidden = model(x["input_ids"], attention_mask=x["attention_mask"])[0]
    np.save(arguments["outputs"], hidden.numpy())


def converted(arguments: Mapping[str, Any], progress: Callable[[Any], None]) -> None:
    """Read what transformers wrote into keras-hub's backbone, and say the same of the same inputs.

    Args:
        arguments: folder, inputs, outputs, as above; without (one of TRAPS, or ""); and saved: where to save the
            backbone as .keras and load it again before it is asked, or "".
        progress: Not used.
    """
    backbone = convert(Path(arguments["folder"]), without=arguments["without"])
    if arguments["saved"]:
        import keras

        backbone.save(arguments["saved"])
        backbone = keras.saving.load_model(arguments["saved"])
    with np.load(arguments["inputs"]) as x:
        hidden = backbone.predict({"token_ids": x["input_ids"], "padding_mask": x["attention_mask"]}, verbose=0)
    np.save(arguments["outputs"], np.asarray(hidden))


def convert(folder: Path, without: str = "") -> Any:
    """A keras-hub backbone with the weights of a folder that save_pretrained wrote with TensorFlow."""
    import keras_hub

    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    backbone = keras_hub.models.XLMRobertaBackbone(
        vocabulary_size=config["vocab_size"],
        num_layers=config["num_hidden_layers"],
        num_heads=config["num_attention_heads"],
        hidden_dim=config["hidden_size"],
        intermediate_dim=config["intermediate_size"],
        max_sequence_length=config["max_position_embeddings"] - FIRST_POSITION,
    )
    arrays = dict(ported(tensors(folder), config, without))
    for variable in backbone.weights:
        variable.assign(arrays.pop(variable.path))
    assert not arrays, f"keras-hub has no place for {', '.join(arrays)}"
    if without != "epsilon":
        for layer in backbone._flatten_layers():
            if hasattr(layer, "epsilon"):
                layer.epsilon = config["layer_norm_eps"]
    return backbone


def ported(given: Tensors, config: Mapping[str, Any], without: str = "") -> Iterator[tuple[str, np.ndarray]]:
    """keras-hub's arrays by the paths of its variables, of transformers' by name."""
    heads, width = config["num_attention_heads"], config["hidden_size"]
    types = given["embeddings/token_type_embeddings/embeddings"]
    positions = given["embeddings/position_embeddings/embeddings"]
    rows = positions[:-FIRST_POSITION] if without == "positions" else positions[FIRST_POSITION:]
    yield "embeddings/token_embedding/embeddings", given["embeddings/word_embeddings/weight"]
    # keras-hub has no token types. There is one, so it is added wherever a position is.
    yield "embeddings/position_embedding/embeddings", rows if without == "types" else rows + types[0]
    yield from _norm(given, "embeddings/LayerNorm", "embeddings_layer_norm")

    def kernel(name: str) -> np.ndarray:
        return given[name].T if without == "layout" and given[name].shape == (width, width) else given[name]

    for number in range(config["num_hidden_layers"]):
        theirs, ours = f"encoder/layer_._{number}", f"transformer_layer_{number}"
        for part in ("query", "key", "value"):
            name, place = f"{theirs}/attention/self/{part}", f"{ours}/self_attention_layer/{part}"
            yield f"{place}/kernel", kernel(f"{name}/kernel").reshape(width, heads, width // heads)
            yield f"{place}/bias", given[f"{name}/bias"].reshape(heads, width // heads)
        name, place = f"{theirs}/attention/output/dense", f"{ours}/self_attention_layer/attention_output"
        yield f"{place}/kernel", kernel(f"{name}/kernel").reshape(heads, width // heads, width)
        yield f"{place}/bias", given[f"{name}/bias"]
        yield from _norm(given, f"{theirs}/attention/output/LayerNorm", f"{ours}/self_attention_layer_norm")
        for name, place in (("intermediate", "feedforward_intermediate_dense"), ("output", "feedforward_output_dense")):
            yield f"{ours}/{place}/kernel", given[f"{theirs}/{name}/dense/kernel"]
            yield f"{ours}/{place}/bias", given[f"{theirs}/{name}/dense/bias"]
        yield from _norm(given, f"{theirs}/output/LayerNorm", f"{ours}/feedforward_layer_norm")


def _norm(given: Tensors, theirs: str, ours: str) -> Iterator[tuple[str, np.ndarray]]:
    yield f"{ours}/gamma", given[f"{theirs}/gamma"]
    yield f"{ours}/beta", given[f"{theirs}/beta"]


def tensors(folder: Path) -> dict[str, np.ndarray]:
    """What save_pretrained wrote, by name: without the model's, and without ":0"."""
    safe = folder / "model.safetensors"
    if safe.is_file():
        from safetensors.numpy import load_file

        found = load_file(safe)
    else:
        import h5py

        found = {}
        with h5py.File(folder / "tf_model.h5") as file:

            def note(name: str, item: Any) -> None:
                if hasattr(item, "shape"):
                    found[name] = item[()]

            file.visititems(note)
    # In HDF5 the main layer's name stands twice.
    return {name.rpartition("roberta/")[2].partition(":")[0]: value for name, value in found.items()}
