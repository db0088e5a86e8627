"""Nested Python values with numpy arrays in them, as two files: NAME.json and NAME.safetensors.

Any process reads them again, whatever its Python, numpy or TensorFlow.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
from safetensors.numpy import load_file, save_file

# What safetensors and every numpy have in common. bfloat16 is kept as its bits, the rest as text.
_COMMON = frozenset(
    ["bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float16", "float32", "float64"]
)


def write(path: Path, value: Any) -> None:
    """Write a nested value.

    Args:
        path: Without suffix; two files are written.
        value: dicts with string keys, lists, tuples, None, bool, int, float, str and numpy arrays.
    """
    arrays: dict[str, np.ndarray] = {}
    tree = _to_json(value, arrays)
    path.with_name(path.name + ".json").write_text(json.dumps(tree, indent=1, ensure_ascii=False), encoding="utf-8")
    save_file(arrays, str(path.with_name(path.name + ".safetensors")))


def read(path: Path) -> Any:
    """Read what `write` wrote, arrays and tuples included."""
    tree = json.loads(path.with_name(path.name + ".json").read_text(encoding="utf-8"))
    return _from_json(tree, load_file(str(path.with_name(path.name + ".safetensors"))))


def is_array(fact: Any) -> bool:
    return isinstance(fact, (np.ndarray, np.generic))


def is_text(fact: Any) -> bool:
    return is_array(fact) and fact.dtype.kind in "OSU"


def _to_json(value: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(value, dict):
        return {str(key): _to_json(each, arrays) for key, each in value.items()}
    if isinstance(value, list):
        return [_to_json(each, arrays) for each in value]
    if isinstance(value, tuple):
        return {"$tuple": [_to_json(each, arrays) for each in value]}
    if isinstance(value, (np.ndarray, np.generic)):
        return _array_to_json(np.asarray(value), arrays)
    return value


def _array_to_json(array: np.ndarray, arrays: dict[str, np.ndarray]) -> Any:
    name = array.dtype.name
    if name == "bfloat16":
        array = array.view("uint16")
    elif name not in _COMMON:
        return {"$text": [_text(each) for each in array.ravel().tolist()], "shape": list(array.shape)}
    key = str(len(arrays))
    # safetensors takes the memory as it lies: contiguous, little-endian.
    arrays[key] = np.array(array, dtype=array.dtype.newbyteorder("<"), order="C")
    return {"$array": key, "dtype": name}


def _from_json(tree: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(tree, list):
        return [_from_json(each, arrays) for each in tree]
    if not isinstance(tree, dict):
        return tree
    if set(tree) == {"$array", "dtype"}:
        array = arrays[tree["$array"]]
        return array.view(_bfloat16()) if tree["dtype"] == "bfloat16" else array
    if set(tree) == {"$tuple"}:
        return tuple(_from_json(each, arrays) for each in tree["$tuple"])
    if set(tree) == {"$text", "shape"}:
        return np.array(tree["$text"], dtype=str).reshape(tree["shape"])
    return {key: _from_json(each, arrays) for key, each in tree.items()}


def _bfloat16() -> Any:
    try:
        from ml_dtypes import bfloat16
    except ImportError:  # then the bits are compared as integers, on both sides
        return "uint16"
    return bfloat16


def _text(value: Any) -> str:
    return value.decode("utf-8", "backslashreplace") if isinstance(value, bytes) else str(value)
