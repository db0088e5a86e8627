"""Batches as tensors, tensors as arrays, and what a tensor says of itself: the same for any Keras."""

from __future__ import annotations

from typing import Any

import numpy as np

from harness.record.batches import flatten, mapped
from harness.record.composite import Composite, Ragged, Sparse, is_composite


def tensors(x: Any) -> Any:
    """A batch as tensors; floats in the precision in which fit and predict hand them on."""
    import tensorflow as tf
    from tensorflow import keras

    def tensor(value: Any) -> Any:
        if is_composite(value):
            return tensor_of(value)
        value = np.asarray(value)
        return tf.convert_to_tensor(value.astype(keras.backend.floatx()) if value.dtype.kind == "f" else value)

    return mapped(tensor, x)


def tensor_of(value: np.ndarray | Composite) -> Any:
    """A tensor, a tf.RaggedTensor or a tf.sparse.SparseTensor of the same dtype."""
    import tensorflow as tf

    if isinstance(value, np.ndarray):
        return tf.convert_to_tensor(value)
    if isinstance(value, Sparse):
        return tf.sparse.SparseTensor(value.indices, tf.convert_to_tensor(value.values), value.dense_shape)
    values = tf.convert_to_tensor(value.values)
    return tf.RaggedTensor.from_nested_row_splits(values, value.row_splits, validate=False)


def array_of(tensor: Any) -> Any:
    """A tensor, or what can be made one, as a numpy array, or as a ragged or a sparse one."""
    if hasattr(tensor, "nested_row_splits"):
        splits = tuple(np.asarray(each) for each in tensor.nested_row_splits)
        return Ragged(np.asarray(tensor.flat_values), splits)
    if hasattr(tensor, "dense_shape") and hasattr(tensor, "indices"):
        return Sparse(np.asarray(tensor.indices), np.asarray(tensor.values), np.asarray(tensor.dense_shape))
    return np.asarray(tensor)


def named_outputs(name: str, outputs: Any) -> dict[str, Any]:
    """What a model gives, as arrays by name: "same", "same/0", "same/sentiment"; an output that is None is None."""
    return flatten(name, mapped(array_of, outputs))


def spec(tensor: Any) -> tuple[str, list[Any]]:
    """A tensor, symbolic or not, or a TensorSpec, as its dtype and its axes."""
    dtype = getattr(tensor.dtype, "name", tensor.dtype)
    shape = tensor.shape
    return str(dtype), list(shape.as_list() if hasattr(shape, "as_list") and shape.rank is not None else shape or [])
