"""Ragged and sparse tensors, as the numpy arrays that they are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping, Union

import numpy as np


@dataclass(frozen=True, eq=False)
class Ragged:
    """Rows of different lengths: a tf.RaggedTensor.

    Attributes:
        values: (values, ...), of all rows one after another.
        row_splits: Integers (rows + 1,) for each ragged axis, outermost first: where rows begin, and the last one ends.
    """

    values: np.ndarray
    row_splits: tuple[np.ndarray, ...]

    @property
    def dtype(self) -> Any:
        return self.values.dtype

    @property
    def shape(self) -> tuple[Any, ...]:
        """None for an axis of different lengths."""
        return (len(self.row_splits[0]) - 1, *[None] * len(self.row_splits), *self.values.shape[1:])

    @property
    def parts(self) -> Mapping[str, Any]:
        return {"values": self.values, "row_splits": self.row_splits}

    def first(self, rows: int) -> Ragged:
        """The first rows of it, or all if there are not so many."""
        splits = []
        for each in self.row_splits:
            splits.append(each[: rows + 1])
            rows = int(splits[-1][-1])
        return Ragged(self.values[:rows], tuple(splits))

    @classmethod
    def joined(cls, several: list[Ragged]) -> Ragged:
        """One after another."""
        levels = zip(*(each.row_splits for each in several))
        return cls(np.concatenate([each.values for each in several]), tuple(map(_splits_joined, levels)))


def _splits_joined(several: tuple[np.ndarray, ...]) -> np.ndarray:
    lengths = np.concatenate([np.diff(each) for each in several])
    return np.concatenate([[0], np.cumsum(lengths)]).astype(several[0].dtype)


@dataclass(frozen=True, eq=False)
class Sparse:
    """Few values among zeros: a tf.sparse.SparseTensor.

    Attributes:
        indices: int64 (values, axes).
        values: (values,).
        dense_shape: int64 (axes,).
    """

    indices: np.ndarray
    values: np.ndarray
    dense_shape: np.ndarray

    @property
    def dtype(self) -> Any:
        return self.values.dtype

    @property
    def shape(self) -> tuple[int, ...]:
        return tuple(map(int, self.dense_shape))

    @property
    def parts(self) -> Mapping[str, Any]:
        return {"indices": self.indices, "values": self.values, "dense_shape": self.dense_shape}

    def first(self, rows: int) -> Sparse:
        """The first rows of it, or all if there are not so many."""
        within = self.indices[:, 0] < rows
        shape = np.array([min(rows, self.shape[0]), *self.shape[1:]], self.dense_shape.dtype)
        return Sparse(self.indices[within], self.values[within], shape)

    @classmethod
    def joined(cls, several: list[Sparse]) -> Sparse:
        """One after another."""
        rows, indices = 0, []
        for each in several:
            indices.append(each.indices + np.array([rows, *[0] * (len(each.shape) - 1)], each.indices.dtype))
            rows += each.shape[0]
        shape = np.array([rows, *several[0].shape[1:]], several[0].dense_shape.dtype)
        return cls(np.concatenate(indices), np.concatenate([each.values for each in several]), shape)


Composite = Union[Ragged, Sparse]


def is_composite(value: Any) -> bool:
    return isinstance(value, (Ragged, Sparse))
