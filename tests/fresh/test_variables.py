"""The values of variables, and of large ones, part by part."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest

from harness.fresh import variables
from harness.fresh.variables import MANY, shape_of, value_of

tf = pytest.importorskip("tensorflow", reason="TensorFlow is not installed")


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "int64", "bool", "complex64"])
@pytest.mark.parametrize("shape", [(), (0, 3), (5, 7), (1, 40), (40,)])
def test_a_large_variable_is_what_a_small_one_is(monkeypatch, dtype, shape):
    value = tf.cast(tf.reshape(tf.range(int(np.prod(shape))), shape), dtype)
    small = value_of(tf.Variable(value))
    monkeypatch.setattr(variables, "MANY", 2)
    large = value_of(tf.Variable(value))

    assert (small.shape, small.dtype, small.tobytes()) == (large.shape, large.dtype, large.tobytes())


@pytest.mark.parametrize("many", [MANY, 2])
@pytest.mark.parametrize("shape", [(2, None), None])
def test_the_shape_of_a_variable_that_declares_none_is_that_of_its_value(monkeypatch, shape, many):
    monkeypatch.setattr(variables, "MANY", many)
    variable = tf.Variable([[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]], shape=tf.TensorShape(shape))

    assert (2, 3) == shape_of(variable)
    assert [[1, 2, 3], [4, 5, 6]] == value_of(variable).tolist()


def test_a_large_variable_is_not_copied_into_memory():
    variable = tf.Variable(tf.zeros((64, MANY // 16)))
    tracemalloc.start()
    value = value_of(variable)
    taken = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()

    assert value.nbytes / 2 > taken


def test_what_was_looked_at_stays_when_the_variable_moves_on(monkeypatch):
    monkeypatch.setattr(variables, "MANY", 1)
    variable = tf.Variable([1.0, 2.0])
    value = value_of(variable)
    variable.assign([3.0, 4.0])

    assert [1.0, 2.0] == value.tolist()


def test_a_variable_that_layers_see_in_half_precision_shows_what_it_has(monkeypatch):
    monkeypatch.setattr(variables, "MANY", 1)
    layer = tf.keras.layers.Dense(3, dtype="mixed_float16")
    layer.build((None, 2))

    assert "float32" == value_of(layer.kernel).dtype
    assert layer.get_weights()[0].tolist() == value_of(layer.kernel).tolist()
