"""Batches as tensors, and what a tensor says of itself: the same for any Keras."""

from __future__ import annotations

from typing import Any

import numpy as np

from harness.record.batches import mapped


def tensors(x: Any) -> Any:
    """A batch as tensors; floats in the precision in which fit and predict hand them on."""
    import tensorflow as tf
    from tensorflow import keras

    def tensor(value: Any) -> Any:
        value = np.asarray(value)
        return tf.convert_to_tensor(value.astype(keras.backend.floatx()) if value.dtype.kind == "f" else value)

    return mapped(tensor, x)


def spec(tensor: Any) -> tuple[str, list[Any]]:
    """A tensor, symbolic or not, or a TensorSpec, as its dtype and its axes."""
    dtype = getattr(tensor.dtype, "name", tensor.dtype)
    shape = tensor.shape
    return str(dtype), list(shape.as_list() if hasattr(shape, "as_list") and shape.rank is not None else shape or [])
