"""What is not a change: equal values, settings rounded to float32, gaps within a tolerance."""

from __future__ import annotations

import numpy as np
import pytest
from comparing import INF, NAN, f4, problems

from harness.nouns import COMPILE, CONFIG, EVALUATION, OPTIMIZER, PREDICTIONS, WEIGHTS, HarnessError
from harness.observation import Observation
from harness.verdicts.compare import compare

# Equal.


@pytest.mark.parametrize(
    ("expected", "actual"),
    [
        pytest.param(f4(1, NAN, INF), f4(1, NAN, INF), id="nan-in-the-same-place"),
        pytest.param(
            np.array([0x7FC00000], "uint32").view("float32"),
            np.array([0xFFC00001], "uint32").view("float32"),
            id="nan-of-another-payload",
        ),
        pytest.param(np.array([NAN, 1], "complex64"), np.array([NAN, 1], "complex64"), id="complex-nan"),
        pytest.param(np.array([1, 2], ">f4"), np.array([1, 2], "<f4"), id="big-endian-floats"),
        pytest.param(np.array([1, 2], ">i8"), np.array([1, 2], "<i8"), id="big-endian-integers"),
        pytest.param(np.array(["a"], "<U1"), np.array(["a"], "<U9"), id="width-of-strings"),
        pytest.param(np.array([NAN], object), np.array([float("nan")], object), id="object-nan"),
        pytest.param(np.zeros((0, 3)), np.zeros((0, 3)), id="empty"),
        pytest.param(np.asfortranarray(np.eye(3)), np.eye(3), id="memory-layout"),
        pytest.param(np.float32(1), f4(1)[0, ...], id="numpy-scalar"),
        pytest.param({"a": 1, "b": [2]}, {"b": [2], "a": 1}, id="order-of-keys"),
        pytest.param(NAN, float("nan"), id="json-nan"),
        pytest.param(-INF, -INF, id="json-infinity"),
        pytest.param(1, 1.0, id="json-has-one-number-type"),
        pytest.param(10**5000, 10**5000, id="huge"),
        pytest.param((1, (2,)), [1, [2]], id="tuple"),
    ],
)
def test_silent_when_nothing_changed(expected, actual):
    assert [] == problems(expected, actual)


@pytest.mark.parametrize("aspect", [CONFIG, COMPILE, OPTIMIZER])
def test_settings_may_come_back_rounded_to_float32(aspect):
    assert [] == problems({"epsilon": [1e-5]}, {"epsilon": [9.999999747378752e-06]}, aspect=aspect)


@pytest.mark.parametrize(
    ("expected", "actual", "found"),
    [
        pytest.param(0.1, 0.2, "0.2, but should be 0.1 (off by 1.0e-01, allowed 0e+00)", id="another-value"),
        pytest.param(
            0.1,
            0.10000001,
            "0.100000009, but should be 0.100000001 (off by 7.5e-09, 1 ULP, allowed 0e+00)",
            id="the-next-float32",
        ),
        pytest.param(1e-50, 0.0, "0, but should be 1e-50 (off by 1.0e-50, allowed 0e+00)", id="vanished"),
        pytest.param(1e300, INF, "inf, but should be 1e+300 (off by inf, allowed 0e+00)", id="overflown"),
        pytest.param(16777217, 16777216, "16777216, but should be 16777217", id="integer"),
    ],
)
def test_settings_are_not_rounded_any_further(expected, actual, found):
    assert [found] == problems(expected, actual, aspect=CONFIG)


@pytest.mark.parametrize("aspect", [EVALUATION, PREDICTIONS, WEIGHTS])
def test_results_may_not_come_back_rounded(aspect):
    assert ["0.100000001, but should be 0.1 (off by 1.5e-09, allowed 0e+00)"] == problems(
        0.1, float(np.float32(0.1)), aspect=aspect
    )


def test_arrays_may_not_come_back_rounded_in_any_aspect():
    assert 1 == len(problems(np.array(0.1), np.array(float(np.float32(0.1))), aspect=OPTIMIZER))


# Tolerance.


@pytest.mark.parametrize("expected", [f4(1, 0.5), [1.0, 0.5]], ids=["array", "json"])
def test_a_gap_within_the_tolerance_is_silent(expected):
    actual = f4(1, 0.75) if isinstance(expected, np.ndarray) else [1.0, 0.75]

    assert [] == problems(expected, actual, tolerance=0.25)
    assert 1 == len(problems(expected, actual, tolerance=0.24))


def test_of_numbers_larger_than_1_the_tolerance_is_a_part():
    assert [] == problems(-5.962487, -5.962485, tolerance=1e-6)
    assert ["-5.96247, but should be -5.962487 (off by 1.7e-05, allowed 6e-06)"] == problems(
        -5.962487, -5.96247, tolerance=1e-6
    )
    assert 1 == len(problems(0.5, 0.5000015, tolerance=1e-6)), "and of smaller ones it is what it is"
    assert 1 == len(problems(-5.962487, -5.962485, tolerance=0.0))


def test_only_gaps_beyond_the_tolerance_are_counted():
    assert [
        "1 of 3 values differ; the worst is 0.5 at [2], but should be 0 (off by 5.0e-01, allowed 1.5e-01)"
    ] == problems(f4(1, 0.5, 0), f4(1, 0.625, 0.5), tolerance=0.15)


@pytest.mark.parametrize("lost", [NAN, INF, -INF])
def test_no_tolerance_covers_what_is_not_finite(lost):
    assert [f"{lost}, but should be 1 (off by inf, allowed 1e+30)"] == problems(1.0, lost, tolerance=1e30)
    assert [f"1, but should be {lost} (off by inf, allowed 1e+30)"] == problems(lost, 1.0, tolerance=1e30)


def test_minus_zero_is_within_any_tolerance():
    assert [] == problems(f4(0), f4(-0.0), tolerance=1e-9)


def test_integers_have_no_tolerance():
    assert ["2, but should be 1 (off by 1, allowed 0)"] == problems(np.array(1), np.array(2), tolerance=9.0)
    assert ["2, but should be 1"] == problems(1, 2, tolerance=9.0)


def test_a_tolerance_is_that_of_one_aspect():
    expected = Observation({WEIGHTS: {"w": f4(1)}, PREDICTIONS: {"p": f4(1)}})
    actual = Observation({WEIGHTS: {"w": f4(1.5)}, PREDICTIONS: {"p": f4(1.5)}})

    assert [WEIGHTS] == [each.aspect for each in compare(expected, actual, {PREDICTIONS: 0.5})]


@pytest.mark.parametrize("tolerance", [-1e-6, INF, NAN])
def test_a_tolerance_that_could_hide_everything_is_refused(tolerance):
    with pytest.raises(HarnessError) as refused:
        compare(Observation({}), Observation({}), {PREDICTIONS: tolerance})

    assert f"Invalid tolerance: expected a finite number, at least 0. Received: predictions={tolerance}" == str(
        refused.value
    )
