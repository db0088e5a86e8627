from __future__ import annotations

import math

import pytest

from harness.observation import Answer, Call
from harness.verdicts.first_to_differ import first_to_differ


def call(layer, *values, given="x", number=1, kind="Dense", shape=None, dtype="float32"):
    answer = Answer(shape or (len(values),), dtype, repr((shape, dtype, values)), values)
    return Call(layer, kind, number, (given,), (answer,))


CALLS = [call("embed", 1.0, 2.0), call("encoder/dense", 3.0, given="1, 2"), call("encoder", 3.0), call("head", 4.0)]


def test_calls_that_agree_have_no_first():
    assert first_to_differ(CALLS, CALLS) is None
    assert first_to_differ([], CALLS) is None


def test_the_first_in_order_of_execution_is_told_with_its_gap_and_what_agrees_before_it():
    found = first_to_differ(CALLS, [CALLS[0], call("encoder/dense", 3.5, given="1, 2"), call("encoder", 3.5), CALLS[3]])

    assert "first to differ: layer 'encoder/dense' (Dense), call 1, given the same input: off by 5.0e-01; " + (
        "everything before it agrees"
    ) == str(found)


def test_another_input_is_told():
    assert "given another input" in str(first_to_differ(CALLS, [call("embed", 1.0, 3.0, given="y")]))


def test_a_shared_layer_is_told_by_its_call():
    before = [call("dense", 1.0), call("dense", 2.0, number=2)]
    found = first_to_differ(before, [before[0], call("dense", 2.5, number=2)])

    assert ("dense", 2) == (found.layer, found.number)


def test_a_layer_that_only_one_side_called_is_passed_over():
    assert first_to_differ([call("gone", 1.0), CALLS[0]], [call("new", 2.0), CALLS[0]]) is None


@pytest.mark.parametrize(
    ("after", "how"),
    [
        (call("embed", 1.0, 2.0, shape=(1, 2)), "shape is (1, 2), but should be (2,)"),
        (call("embed", 1.0, 2.0, dtype="float16"), "dtype is float16, but should be float32"),
        (call("embed", 1.0, math.nan), "off by inf"),
        (Call("embed", "Dense", 1, ("x",), ()), "0 answers instead of 1"),
        # Where the values that are kept agree, one that is not kept differs.
        (Call("embed", "Dense", 1, ("x",), (Answer((2,), "float32", "other", (1.0, 2.0)),)), "other values"),
    ],
)
def test_how_it_differs_is_told(after, how):
    assert how == first_to_differ(CALLS, [after]).how


def test_what_is_allowed_is_no_difference():
    after = [call("embed", 1.0, 2.0 + 1e-7)]

    assert first_to_differ(CALLS, after, tolerance=1e-6) is None
    assert "off by 1.0e-07" == first_to_differ(CALLS, after).how
