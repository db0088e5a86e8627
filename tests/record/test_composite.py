"""Ragged and sparse arrays: their rows, cut and put together."""

from __future__ import annotations

import numpy as np
import pytest

from harness.record.batches import examples, first, flatten
from harness.record.composite import Ragged, Sparse, is_composite

RAGGED = Ragged(np.array([1, 2, 3, 4]), (np.array([0, 2, 2, 4]),))
#: [[[1, 2], []], [], [[3]]]
DEEP = Ragged(np.array([1, 2, 3]), (np.array([0, 2, 2, 3]), np.array([0, 2, 2, 3])))
SPARSE = Sparse(np.array([[0, 1], [1, 0], [2, 1]]), np.array([1.0, 2.0, 3.0]), np.array([3, 2]))


def plain(value):
    return {name: np.asarray(each).tolist() for name, each in flatten("x", value).items()}


@pytest.mark.parametrize("given", [RAGGED, DEEP, SPARSE])
def test_rows_are_cut_and_put_together_again(given):
    one = first(given, 1)
    several = [one, given.joined([given, one])]

    assert [1, 4] == [examples(each) for each in several]
    assert plain(given) == plain(first(given, 99)) == plain(first(several[1], 3))
    assert plain(one) == plain(first(several[1], 1))


def test_the_first_rows_of_it():
    assert {"x/values": [1, 2], "x/row_splits/0": [0, 2, 2]} == plain(first(RAGGED, 2))
    assert {"x/values": [1, 2], "x/row_splits/0": [0, 2], "x/row_splits/1": [0, 2, 2]} == plain(first(DEEP, 1))
    assert {"x/indices": [[0, 1]], "x/values": [1.0], "x/dense_shape": [1, 2]} == plain(first(SPARSE, 1))


def test_shapes_say_which_axes_are_ragged():
    assert [(3, None), (3, None, None), (3, 2)] == [each.shape for each in (RAGGED, DEEP, SPARSE)]
    assert not is_composite(np.ones(3))
