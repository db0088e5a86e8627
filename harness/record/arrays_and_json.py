"""Nested Python values with numpy arrays in them, as two files: NAME.json and NAME.safetensors.

Any process reads them again, whatever its Python, numpy or TensorFlow.
"""

from __future__ import annotations

import base64
import json
import sys
from pathlib import Path
from typing import Any

import numpy as np

from harness.record import tensors
from harness.record.composite import Ragged, Sparse

# What safetensors and every numpy have in common. bfloat16 is kept as its bits, complex numbers as pairs of floats, the
# rest as text, or as bytes that are none.
_COMMON = frozenset(
    ["bool", "uint8", "int8", "uint16", "int16", "uint32", "int32", "uint64", "int64", "float16", "float32", "float64"]
)
#: Of the two files.
SUFFIXES = ("json", "safetensors")
_PAIRS = {"complex64": "float32", "complex128": "float64"}


def write(path: Path, value: Any) -> None:
    """Write a nested value.

    Args:
        path: Without suffix; two files are written.
        value: dicts with string keys, lists, tuples, None, bool, int, float, str, and numpy, ragged and sparse arrays.
    """
    arrays = _Arrays()
    tree = arrays.noted(value)
    path.with_name(path.name + ".json").write_text(json.dumps(tree, indent=1, ensure_ascii=False), encoding="utf-8")
    tensors.write(path.with_name(path.name + ".safetensors"), arrays.by_key)


def read(path: Path) -> Any:
    """Read what `write` wrote, arrays and tuples included; the arrays are not writable."""
    tree = json.loads(path.with_name(path.name + ".json").read_text(encoding="utf-8"))
    return _from_json(tree, tensors.read(path.with_name(path.name + ".safetensors")))


def is_array(fact: Any) -> bool:
    return isinstance(fact, (np.ndarray, np.generic))


def is_text(fact: Any) -> bool:
    return is_array(fact) and fact.dtype.kind in "OSU"


class _Arrays:
    """The arrays of a nested value by their keys in its JSON; one that is in it twice is written once."""

    def __init__(self) -> None:
        self.by_key: dict[str, np.ndarray] = {}
        self._seen: dict[int, tuple[Any, Any]] = {}  # the array is held, so that its id stays its own

    def noted(self, value: Any) -> Any:
        """A value as JSON."""
        if isinstance(value, dict):
            return {str(key): self.noted(each) for key, each in value.items()}
        if isinstance(value, list):
            return [self.noted(each) for each in value]
        if isinstance(value, tuple):
            return {"$tuple": [self.noted(each) for each in value]}
        if isinstance(value, Ragged):
            return {"$ragged": self.noted(dict(value.parts))}
        if isinstance(value, Sparse):
            return {"$sparse": self.noted(dict(value.parts))}
        if isinstance(value, (np.ndarray, np.generic)):
            if id(value) not in self._seen:
                self._seen[id(value)] = (value, self._array(np.asarray(value)))
            return self._seen[id(value)][1]
        return value

    def _array(self, array: np.ndarray) -> Any:
        name = array.dtype.name
        if name == "bfloat16":
            array = array.view("uint16")
        elif name in _PAIRS:
            array = np.stack([array.real, array.imag], axis=-1)
        elif name not in _COMMON:
            return _text_to_json(array)
        key = str(len(self.by_key))
        self.by_key[key] = array
        return {"$array": key, "dtype": name}


def _from_json(tree: Any, arrays: dict[str, np.ndarray]) -> Any:
    if isinstance(tree, list):
        return [_from_json(each, arrays) for each in tree]
    if not isinstance(tree, dict):
        return tree
    if set(tree) == {"$array", "dtype"}:
        return _viewed(arrays[tree["$array"]], tree["dtype"])
    if set(tree) == {"$tuple"}:
        return tuple(_from_json(each, arrays) for each in tree["$tuple"])
    if set(tree) == {"$text", "shape"}:
        texts = tree["$text"]
        # An array of str loses zeros at the end.
        array = objects(texts) if any(each.endswith("\0") for each in texts) else np.array(texts, dtype=str)
        return array.reshape(tree["shape"])
    if set(tree) == {"$bytes", "shape"}:
        return objects([base64.b64decode(each) for each in tree["$bytes"]]).reshape(tree["shape"])
    if set(tree) == {"$ragged"}:
        return Ragged(**_from_json(tree["$ragged"], arrays))
    if set(tree) == {"$sparse"}:
        return Sparse(**_from_json(tree["$sparse"], arrays))
    return {key: _from_json(each, arrays) for key, each in tree.items()}


def _viewed(array: np.ndarray, dtype: str) -> np.ndarray:
    if dtype in _PAIRS:
        return np.ascontiguousarray(array).view(dtype)[..., 0]
    return array.view(_bfloat16()) if dtype == "bfloat16" else array


def _bfloat16() -> Any:
    try:
        from ml_dtypes import bfloat16
    except ImportError:
        if "tensorflow" in sys.modules:  # an old one has its own
            return sys.modules["tensorflow"].bfloat16.as_numpy_dtype
        return "uint16"  # then the bits are compared as integers, on both sides
    return bfloat16


def objects(values: list[Any]) -> np.ndarray:
    """An array of Python objects (values,), each as it is."""
    array = np.empty(len(values), dtype=object)
    array[:] = values
    return array


def _text_to_json(array: np.ndarray) -> Any:
    values, shape = array.ravel().tolist(), list(array.shape)
    try:
        texts = [each.decode("utf-8") if isinstance(each, bytes) else str(each) for each in values]
    except UnicodeDecodeError:  # an image, for example
        in_bytes = [each if isinstance(each, bytes) else str(each).encode("utf-8") for each in values]
        return {"$bytes": [base64.b64encode(each).decode("ascii") for each in in_bytes], "shape": shape}
    return {"$text": texts, "shape": shape}
