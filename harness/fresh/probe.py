"""What a subject's own probe returns, as named facts."""

from __future__ import annotations

from typing import Any, Mapping

import numpy as np

from harness.nouns import HarnessError
from harness.words import a_kind

_EXPECTED = "expected numbers, text, None, or lists, dicts or arrays of them"


def facts_of(value: Any) -> dict[str, Any]:
    """JSON values by name; what is no mapping is one fact, "value".

    Raises:
        HarnessError: Something in it is no JSON; the message names its place and its type.
    """
    if isinstance(value, Mapping):
        return {str(name): _json(each, f"probe()[{name!r}]") for name, each in value.items()}
    return {"value": _json(value, "probe()")}


def _json(value: Any, place: str) -> Any:
    array = _array(value)
    if array is not None:
        # numpy of TensorFlow's bfloat16 does not know Python's numbers.
        value = (array.astype("float32") if array.dtype.name == "bfloat16" else array).tolist()
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, Mapping):
        return {str(name): _json(each, f"{place}[{name!r}]") for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [_json(each, f"{place}[{number}]") for number, each in enumerate(value)]
    if isinstance(value, (set, frozenset)):
        return sorted((_json(each, place) for each in value), key=repr)
    kind = f"an array of {value.dtype}" if isinstance(value, (np.ndarray, np.generic)) else a_kind(value)
    raise HarnessError(f"{place} is {kind}; {_EXPECTED}")


def _array(value: Any) -> np.ndarray | None:
    """An array, a number of numpy's, a tensor or a variable, as an array; None for anything else."""
    if isinstance(value, type):
        return None
    if callable(getattr(value, "numpy", None)) and hasattr(value, "shape"):
        value = value.numpy()
    if isinstance(value, (np.ndarray, np.generic)) or hasattr(value, "__array__"):
        array = np.asarray(value)
        return array if array.dtype.kind in "biufOSU" or array.dtype.name == "bfloat16" else None
    return None
