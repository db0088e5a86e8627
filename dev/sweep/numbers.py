"""Numbers for an input of a model, by its name: ids, masks of ones, else zeros; floats around zero."""

from __future__ import annotations

import numpy as np

EXAMPLES, LENGTH = 4, 6
#: How many tokens a tiny model knows.
VOCABULARY = 64


def of_input(name: str, shape: tuple[int, ...], dtype: str, rng: np.random.Generator) -> np.ndarray:
    """What a model is given.

    Args:
        name: Of the input, which tells what its numbers mean.
        shape: (examples, ...).
        dtype: By numpy's name of it.
        rng: What ids and floats are drawn by.
    """
    if name.endswith(("attention_mask", "padding_mask")):
        return np.ones(shape, dtype)
    if "float" in dtype:
        return rng.normal(size=shape).astype(dtype)
    if name.endswith(("input_ids", "token_ids")):
        return rng.integers(3, VOCABULARY - 1, shape).astype(dtype)
    return np.zeros(shape, dtype)


def classes(shape: tuple[int, ...]) -> np.ndarray:
    """One of two classes for each place, int32."""
    return np.random.default_rng(1).integers(0, 2, shape).astype("int32")
