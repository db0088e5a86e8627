"""What a model gives, as arrays by name, whatever kind of tensor it is."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np

from harness.fresh.tensors import named_outputs

RAGGED = SimpleNamespace(flat_values=np.arange(3.0), nested_row_splits=(np.array([0, 2, 3]),))
SPARSE = SimpleNamespace(indices=np.array([[0, 1]]), values=np.array([2.0]), dense_shape=np.array([1, 2]))


def test_outputs_are_named_by_their_places_and_what_they_are_made_of():
    given = {"a": (RAGGED, [np.float32(1)]), "b": None, "c": SPARSE}
    found = named_outputs("same", given)

    assert [
        *("same/a/0/values", "same/a/0/row_splits/0", "same/a/1/0", "same/b"),
        *("same/c/indices", "same/c/values", "same/c/dense_shape"),
    ] == list(found)
    assert found["same/b"] is None
    assert () == found["same/a/1/0"].shape
    assert [0, 2, 3] == found["same/a/0/row_splits/0"].tolist()


def test_an_output_keeps_its_dtype_and_its_shape_without_a_batch():
    for dtype in ("float16", "uint8", "bool", "complex64"):
        found = named_outputs("x", np.ones(2, dtype))["x"]
        assert (dtype, (2,)) == (found.dtype, found.shape)
