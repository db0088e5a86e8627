from __future__ import annotations

import copy
import math
import sys

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as nps

from harness import arrays as module
from harness.case import (
    ASPECTS,
    COMPILE,
    CONFIG,
    EVALUATION,
    OPTIMIZER,
    PREDICTIONS,
    WEIGHTS,
    Difference,
    HarnessError,
    Observation,
)
from harness.compare import EXACT, compare, unobservable

ANY = "an aspect without rules of its own"
NAN, INF = math.nan, math.inf
ONE_ULP = np.float32(2.0000002)  # the float32 after 2


def f4(*values):
    return np.array(values, "float32")


def differences(expected, actual, *, aspect=ANY, tolerance=0.0):
    """(name, problem) of every difference between two sets of facts."""
    found = compare(Observation({aspect: expected}), Observation({aspect: actual}), {aspect: tolerance})
    return [(each.name, each.problem) for each in found]


def problems(expected, actual, **rules):
    """The problems of one fact."""
    return [problem for _, problem in differences({"fact": expected}, {"fact": actual}, **rules)]


# What must be found, and how it is said.


@pytest.mark.parametrize(
    ("expected", "actual", "found"),
    [
        pytest.param(np.zeros((3, 2)), np.zeros((2, 3)), ["shape is (2, 3), but should be (3, 2)"], id="transposed"),
        pytest.param(np.zeros((2, 2)), np.zeros(()), ["shape is (), but should be (2, 2)"], id="scalar"),
        pytest.param(np.zeros((0, 2)), np.zeros((0, 3)), ["shape is (0, 3), but should be (0, 2)"], id="empty"),
        pytest.param(f4(1, 2), np.array([1.0, 2.0]), ["dtype is float64, but should be float32"], id="float64"),
        pytest.param(np.array([1]), np.array([True]), ["dtype is bool, but should be int64"], id="bool-for-int"),
        pytest.param(np.array(["a"]), np.array([b"a"]), ["dtype is bytes, but should be str"], id="bytes-for-str"),
        pytest.param(
            np.array(["a"]), np.array(["a"], object), ["dtype is object, but should be str"], id="object-for-str"
        ),
        pytest.param(
            f4(1, 2),
            np.zeros((1, 2)),
            ["shape is (1, 2), but should be (2,)", "dtype is float64, but should be float32"],
            id="shape-and-dtype",
        ),
        pytest.param(
            f4(1, 2.5),
            np.array([1, 2.25], "float16"),
            [
                "dtype is float16, but should be float32",
                "1 of 2 values differ; the worst is 2.25 at [1], but should be 2.5 (off by 2.5e-01, allowed 0e+00)",
            ],
            id="dtype-and-value",
        ),
    ],
)
def test_shape_and_dtype_are_told(expected, actual, found):
    assert found == problems(expected, actual)


@pytest.mark.parametrize(
    ("expected", "actual", "found"),
    [
        pytest.param(
            np.array([[1.0, 2.0], [3.0, 4.0]]),
            np.array([[1.0, 2.5], [7.0, 4.0]]),
            "2 of 4 values differ; the worst is 7 at [1, 0], but should be 3 (off by 4.0e+00, allowed 0e+00)",
            id="the-worst-of-two",
        ),
        pytest.param(
            f4(-0.1180021),
            f4(0.2210534),
            "1 of 1 values differ; the worst is 0.2210534 at [0], but should be -0.1180021"
            " (off by 3.4e-01, allowed 0e+00)",
            id="one-of-one",
        ),
        pytest.param(f4(4)[0, ...], f4(0)[0, ...], "0, but should be 4 (off by 4.0e+00, allowed 0e+00)", id="scalar"),
        pytest.param(
            f4(1, 2),
            f4(1, ONE_ULP),
            "1 of 2 values differ; the worst is 2.00000024 at [1], but should be 2"
            " (off by 2.4e-07, 1 ULP, allowed 0e+00)",
            id="one-ulp",
        ),
        pytest.param(
            np.array(1.0),
            np.array(1 + 16 * 2.0**-52),
            "1.0000000000000036, but should be 1 (off by 3.6e-15, 16 ULPs, allowed 0e+00)",
            id="sixteen-ulps",
        ),
        pytest.param(
            np.array(1.0),
            np.array(1 + 17 * 2.0**-52),
            "1.0000000000000038, but should be 1 (off by 3.8e-15, allowed 0e+00)",
            id="too-many-ulps-to-count",
        ),
        pytest.param(
            np.array(0.0),
            np.array(5e-324),
            "4.940656e-324, but should be 0 (off by 4.9e-324, 1 ULP, allowed 0e+00)",
            id="the-smallest-denormal",
        ),
        pytest.param(
            f4(0, 1),
            f4(-0.0, 1),
            "1 of 2 values differ; the worst is -0 at [0], but should be 0 (off by the sign of zero, allowed 0e+00)",
            id="minus-zero",
        ),
        pytest.param(
            f4(1, NAN, 3),
            f4(1, 2, 9),
            "2 of 3 values differ; the worst is 2 at [1], but should be nan (off by inf, allowed 0e+00)",
            id="nan-was-lost",
        ),
        pytest.param(
            f4(1, 2, 3),
            f4(NAN, NAN, NAN),
            "3 of 3 values differ; the worst is nan at [0], but should be 1 (off by inf, allowed 0e+00)",
            id="all-nan",
        ),
        pytest.param(
            f4(INF, 1),
            f4(-INF, 1),
            "1 of 2 values differ; the worst is -inf at [0], but should be inf (off by inf, allowed 0e+00)",
            id="the-other-infinity",
        ),
        pytest.param(
            np.array([1.7e308]),
            np.array([-1.7e308]),
            "1 of 1 values differ; the worst is -1.7e+308 at [0], but should be 1.7e+308 (off by inf, allowed 0e+00)",
            id="further-apart-than-a-float-can-say",
        ),
        pytest.param(
            np.array([1 + 2j, 3]),
            np.array([1 - 2j, 3]),
            "1 of 2 values differ; the worst is 1-2j at [0], but should be 1+2j (off by 4.0e+00, allowed 0e+00)",
            id="complex",
        ),
        pytest.param(np.array(4), np.array(0), "0, but should be 4 (off by 4, allowed 0)", id="integer"),
        pytest.param(
            np.array(1, ">i4"),
            np.array(2**24, "<i4"),
            "16777216, but should be 1 (off by 16777215, allowed 0)",
            id="other-endianness-same-bytes",
        ),
        pytest.param(
            np.array([0, 255], "uint8"),
            np.array([1, 0], "uint8"),
            "2 of 2 values differ; the worst is 0 at [1], but should be 255 (off by 255, allowed 0)",
            id="uint8-does-not-wrap",
        ),
        pytest.param(
            np.array([2**63 - 1]),
            np.array([-(2**63)]),
            "1 of 1 values differ; the worst is -9223372036854775808 at [0], but should be 9223372036854775807"
            " (off by 18446744073709551615, allowed 0)",
            id="int64-does-not-overflow",
        ),
        pytest.param(
            np.array([True, True]),
            np.array([True, False]),
            "1 of 2 values differ; the first is False at [1], but should be True",
            id="bool",
        ),
        pytest.param(
            np.array(["a", "b", "c"]),
            np.array(["a", "bb", "cc"]),
            "2 of 3 values differ; the first is 'bb' at [1], but should be 'b'",
            id="str",
        ),
        pytest.param(np.array(b"a"), np.array(b"b"), "b'b', but should be b'a'", id="bytes"),
        pytest.param(
            np.array([b"a", None, 10**5000], object),
            np.array([b"a", 0.5, 10**5000], object),
            "1 of 3 values differ; the first is 0.5 at [1], but should be None",
            id="object",
        ),
        pytest.param(
            np.array([1, True], object),
            np.array([1, 1], object),
            "1 of 2 values differ; the first is 1 at [1], but should be True",
            id="object-bool",
        ),
    ],
)
def test_a_changed_value_is_told(expected, actual, found):
    assert [found] == problems(expected, actual)


@pytest.mark.parametrize(
    ("expected", "actual", "found"),
    [
        pytest.param(4, 0, "0, but should be 4", id="int"),
        pytest.param(1, True, "True, but should be 1", id="bool-for-int"),
        pytest.param(True, 1.0, "1.0, but should be True", id="float-for-bool"),
        pytest.param(None, 0, "0, but should be None", id="int-for-none"),
        pytest.param("relu", "gelu", "'gelu', but should be 'relu'", id="str"),
        pytest.param("1", 1, "1, but should be '1'", id="int-for-str"),
        pytest.param([], {}, "{}, but should be []", id="dict-for-list"),
        pytest.param(0.5, 0.75, "0.75, but should be 0.5 (off by 2.5e-01, allowed 0e+00)", id="float"),
        pytest.param(0.0, -0.0, "-0, but should be 0 (off by the sign of zero, allowed 0e+00)", id="minus-zero"),
        pytest.param(0.5, NAN, "nan, but should be 0.5 (off by inf, allowed 0e+00)", id="nan"),
        pytest.param(
            0.5,
            0.5000000000000001,
            "0.50000000000000011, but should be 0.5 (off by 1.1e-16, 1 ULP, allowed 0e+00)",
            id="as-many-digits-as-it-takes",
        ),
        pytest.param(2**60 + 1, float(2**60), "1.152921504606847e+18, but should be 1152921504606846977", id="rounded"),
        pytest.param(
            10**5000,
            10**5000 + 1,
            "a very large int, but should be a very large int",
            id="too-large-to-print",
            marks=pytest.mark.skipif(not hasattr(sys, "set_int_max_str_digits"), reason="Python prints it"),
        ),
        pytest.param(
            0.5, np.array(0.5, "float32"), "array(0.5, dtype=float32), but should be 0.5", id="array-for-float"
        ),
        pytest.param(np.array([1, 2]), [1, 2], "[1, 2], but should be array([1, 2])", id="list-for-array"),
        pytest.param(
            "a" * 200 + "x" + "b" * 200,
            "a" * 200 + "y" + "b" * 200,
            f"…{'a' * 40}y{'b' * 39}…, but should be …{'a' * 40}x{'b' * 39}…",
            id="long-texts-are-cut-around-the-change",
        ),
        pytest.param(
            "a" * 60 + "x",
            "a" * 60 + "y",
            f"'{'a' * 60}y', but should be '{'a' * 60}x'",
            id="texts-are-whole-while-they-are-short",
        ),
        pytest.param(1, np.eye(2), "array([[1., 0.],        [0., 1.]]), but should be 1", id="one-line"),
        pytest.param([0] * 100, "short", f"'short', but should be [{'0, ' * 26}0…", id="long-json-is-cut"),
    ],
)
def test_a_changed_json_value_is_told(expected, actual, found):
    assert [found] == problems(expected, actual)


def test_a_json_value_is_named_by_its_path():
    expected = {"layers": [{"name": "a"}, {"units": 4, "odd key": 1, "rate": None}]}
    actual = {"layers": [{"name": "a"}, {"units": 8, "new": 0, "rate": 0.5}, {}]}

    assert [
        ("model.layers[1]['odd key']", "missing after reload"),
        ("model.layers[1].new", "appeared after reload"),
        ("model.layers[2]", "appeared after reload"),
        ("model.layers[1].units", "8, but should be 4"),
        ("model.layers[1].rate", "0.5, but should be None"),
    ] == differences({"model": expected}, {"model": actual})


def test_none_is_not_a_missing_key():
    assert [("fact.rate", "missing after reload")] == differences({"fact": {"rate": None}}, {"fact": {}})


def test_the_worst_is_found_in_whichever_chunk(monkeypatch):
    monkeypatch.setattr(module, "CHUNK", 2)

    assert ["4 of 7 values differ; the worst is 9 at [4], but should be 0 (off by 9.0e+00, allowed 0e+00)"] == problems(
        f4(0, 0, 0, 0, 0, 0, 0), f4(0, 1, 0, 0, 9, 2, 9)
    )


def test_the_place_of_a_value_does_not_depend_on_the_memory_layout():
    expected = np.arange(6.0).reshape(2, 3)
    actual = np.asfortranarray(expected)
    actual[1, 0] = 5

    assert [
        "1 of 6 values differ; the worst is 5 at [1, 0], but should be 3 (off by 2.0e+00, allowed 0e+00)"
    ] == problems(expected, actual)


@pytest.mark.parametrize(
    ("expected", "actual", "found"),
    [
        pytest.param([1, 2], [1, NAN], "nan at [1], but should be 2 (off by inf, allowed 0e+00)", id="nan"),
        pytest.param(
            [1, 2], [1, 2.015625], "2.015625 at [1], but should be 2 (off by 1.6e-02, 1 ULP, allowed 0e+00)", id="ulp"
        ),
        pytest.param(
            [1, 0], [1, -0.0], "-0 at [1], but should be 0 (off by the sign of zero, allowed 0e+00)", id="zero"
        ),
    ],
)
def test_bfloat16_is_a_float(expected, actual, found):
    bfloat16 = pytest.importorskip("ml_dtypes").bfloat16

    assert [f"1 of 2 values differ; the worst is {found}"] == problems(
        np.array(expected, bfloat16), np.array(actual, bfloat16)
    )


def test_a_dtype_that_does_not_know_its_ulps_is_still_told(monkeypatch):
    def spacing(_):
        raise TypeError("ufunc 'spacing' not supported for the input types")

    monkeypatch.setattr(np, "spacing", spacing)

    assert ["2.00000024, but should be 2 (off by 2.4e-07, allowed 0e+00)"] == problems(np.float32(2), ONE_ULP)


def test_int4_is_measured_too():
    int4 = pytest.importorskip("ml_dtypes").int4

    assert ["-3, but should be 2 (off by 5.0e+00, allowed 0e+00)"] == problems(np.array(2, int4), np.array(-3, int4))


@pytest.mark.skipif(np.finfo("longdouble").nmant == np.finfo("float64").nmant, reason="longdouble is float64 here")
def test_longdouble_is_not_cut_to_float64():
    one = np.ones((), "longdouble")

    assert ["1.0000000000000000001, but should be 1.0 (off by 1.1e-19, 1 ULP, allowed 0e+00)"] == problems(
        one, np.nextafter(one, 2 * one)
    )


def test_bfloat16_that_came_back_as_float32_is_told_once():
    bfloat16 = pytest.importorskip("ml_dtypes").bfloat16

    assert ["dtype is float32, but should be bfloat16"] == problems(np.array([1.5, NAN], bfloat16), f4(1.5, NAN))


# Controls: what is not a change.


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


@pytest.mark.parametrize("expected", [f4(1, 2), [1.0, 2.0]], ids=["array", "json"])
def test_a_gap_within_the_tolerance_is_silent(expected):
    actual = f4(1, 2.25) if isinstance(expected, np.ndarray) else [1.0, 2.25]

    assert [] == problems(expected, actual, tolerance=0.25)
    assert 1 == len(problems(expected, actual, tolerance=0.24))


def test_only_gaps_beyond_the_tolerance_are_counted():
    assert [
        "1 of 3 values differ; the worst is 3.5 at [2], but should be 3 (off by 5.0e-01, allowed 1.5e-01)"
    ] == problems(f4(1, 2, 3), f4(1, 2.125, 3.5), tolerance=0.15)


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


# Names.


def test_a_missing_weight_is_named():
    assert [("b", "missing after reload")] == differences({"a": f4(1), "b": f4(2)}, {"a": f4(1)})


def test_a_weight_that_appeared_is_named():
    assert [("b", "appeared after reload")] == differences({"a": f4(1)}, {"a": f4(1), "b": f4(2)})


def test_an_aspect_that_came_back_empty_is_missing_fact_by_fact():
    assert [("a", "missing after reload"), ("b", "missing after reload")] == differences({"a": f4(1), "b": 2}, {})


def test_renamed_weights_are_one_difference():
    expected = {"a/b:0": f4(1), "a/c:0": f4(2), "logits:0": f4(3)}
    actual = {"x/b:0": f4(1), "x/c:0": f4(2), "logits:0": f4(3)}

    assert [
        (
            "a/b:0",
            "2 of 3 names changed, the first 'a/b:0' is now 'x/b:0'; shapes, dtypes and values agree by position",
        )
    ] == differences(expected, actual, aspect=WEIGHTS)


def test_renamed_weights_are_compared_by_position():
    expected = {"a": f4(1), "b": f4(2)}
    actual = {"x": f4(1), "y": f4(9)}

    assert [
        ("a", "2 of 2 names changed, the first 'a' is now 'x'; by position, 1 of them differ"),
        (
            "b",
            "1 of 1 values differ; the worst is 9 at [0], but should be 2 (off by 7.0e+00, allowed 0e+00)",
        ),
    ] == differences(expected, actual, aspect=WEIGHTS)


def test_weights_of_other_shapes_were_lost_not_renamed():
    assert [("kernel", "missing after reload"), ("gamma", "appeared after reload")] == differences(
        {"a": f4(1), "kernel": np.zeros((3, 2))}, {"a": f4(1), "gamma": f4(1)}
    )


def test_weights_were_not_renamed_if_one_is_missing():
    assert [
        ("a", "missing after reload"),
        ("b", "missing after reload"),
        ("x", "appeared after reload"),
    ] == differences({"a": f4(1), "b": f4(1)}, {"x": f4(1)})


def test_json_facts_are_not_renamed():
    assert [("loss", "missing after reload"), ("losses", "appeared after reload")] == differences(
        {"loss": "mse"}, {"losses": "mse"}
    )


def test_the_order_of_weights_is_a_fact():
    expected = {name: f4(1) for name in "abcd"}
    actual = {name: f4(1) for name in "acbd"}

    assert [("b", "comes after 'c', but should come before it; 2 of 4 names moved")] == differences(
        expected, actual, aspect=WEIGHTS
    )
    assert [] == differences(expected, actual, aspect=OPTIMIZER)


def test_a_missing_weight_does_not_move_the_others():
    assert [("a", "missing after reload")] == differences({"a": f4(1), "b": f4(1)}, {"b": f4(1)}, aspect=WEIGHTS)


def test_renamed_weights_can_also_have_moved():
    assert ["a", "kept"] == [
        name for name, _ in differences({"kept": f4(1), "a": f4(2)}, {"x": f4(2), "kept": f4(1)}, aspect=WEIGHTS)
    ]


# Aspects.


def test_causes_come_before_effects():
    expected = {"values": f4(1), "dtype": f4(1), "shape": f4(1), "first": f4(1), "second": f4(1), "missing": f4(1)}
    actual = {"values": f4(2), "dtype": np.ones(1), "shape": f4(1, 1), "second": f4(1), "first": f4(1)}

    assert ["missing", "first", "shape", "dtype", "values"] == [
        name for name, _ in differences(expected, actual, aspect=WEIGHTS)
    ]


def test_aspects_come_in_their_order():
    expected = Observation({"unheard of": {"x": 1}, **{aspect: {"x": 1} for aspect in reversed(ASPECTS)}})
    actual = Observation({aspect: {"x": 2} for aspect in expected.facts})

    assert [*ASPECTS, "unheard of"] == [each.aspect for each in compare(expected, actual)]


def test_a_difference_reads_as_one_line():
    found = compare(Observation({WEIGHTS: {"logits/bias:0": f4(1)}}), Observation({WEIGHTS: {}}))

    assert (Difference(WEIGHTS, "logits/bias:0", "missing after reload"),) == found
    assert "weights['logits/bias:0']: missing after reload" == str(found[0])


def test_what_one_side_cannot_observe_is_not_compared():
    expected = Observation({WEIGHTS: {"w": f4(1)}, CONFIG: {"c": 1}}, {OPTIMIZER: "it has none"})
    actual = Observation({WEIGHTS: {"w": f4(1)}, OPTIMIZER: {"o": 1}}, {CONFIG: "it forgot"})

    assert () == compare(expected, actual)


def test_what_cannot_be_compared_names_the_side_and_the_reason():
    facts = {aspect: {"x": 1} for aspect in ASPECTS if aspect != PREDICTIONS}
    expected = Observation(facts, {OPTIMIZER: "not compiled", CONFIG: "no get_config"})
    actual = Observation(facts, {OPTIMIZER: "not compiled", EVALUATION: "no labels"})

    assert {
        CONFIG: "before saving: no get_config",
        OPTIMIZER: "before saving: not compiled; after reload: not compiled",
        PREDICTIONS: "nothing was observed, before saving or after reload",
        EVALUATION: "after reload: no labels",
    } == unobservable(expected, actual)


# Properties: whatever a model shows, a copy is equal, one change is found and named, and nothing raises.

CHEAP = settings(derandomize=True, max_examples=100, deadline=None, database=None)

ELEMENTS = st.one_of(
    nps.boolean_dtypes(),
    nps.integer_dtypes(endianness="?"),
    nps.unsigned_integer_dtypes(endianness="?"),
    nps.floating_dtypes(endianness="?", sizes=(16, 32, 64)),
    nps.complex_number_dtypes(endianness="?", sizes=(64, 128)),
    nps.unicode_string_dtypes(max_len=3),
    nps.byte_string_dtypes(max_len=3),
)
SHAPES = nps.array_shapes(min_dims=0, max_dims=3, min_side=0, max_side=4)
NUMPY_ARRAYS = st.tuples(ELEMENTS, SHAPES).flatmap(lambda drawn: nps.arrays(*drawn))


@st.composite
def arrays(draw):
    """Also what numpy itself has no strategy for: bfloat16, and strings as objects."""
    array = draw(NUMPY_ARRAYS)
    if array.dtype.kind == "S" and draw(st.booleans()):
        return array.astype(object)
    try:
        from ml_dtypes import bfloat16
    except ImportError:
        return array
    with np.errstate(all="ignore"):
        return array.astype(bfloat16) if array.dtype == "float32" and draw(st.booleans()) else array


SCALARS = st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=5))
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=6,
)
FACTS = st.dictionaries(st.text(max_size=4), arrays() | JSON, max_size=3)
OBSERVATIONS = st.dictionaries(st.sampled_from(list(ASPECTS)), FACTS, max_size=3).map(Observation)


@CHEAP
@given(OBSERVATIONS)
def test_a_copy_is_equal(observation):
    assert () == compare(observation, copy.deepcopy(observation))


@CHEAP
@given(OBSERVATIONS, OBSERVATIONS, st.sampled_from([EXACT, dict.fromkeys(ASPECTS, 0.5)]))
def test_it_never_raises_and_both_sides_agree_that_there_is_a_difference(one, other, tolerance):
    forth, back = compare(one, other, tolerance), compare(other, one, tolerance)

    assert bool(forth) == bool(back)
    assert not any("\n" in str(each) for each in forth)


@CHEAP
@given(
    st.sampled_from(list(ASPECTS)),
    st.lists(st.sampled_from([0, 1, 0.0, -0.0, NAN, True, None, "", [], {}]), max_size=2),
)
def test_both_sides_agree_about_values_that_are_nearly_equal(aspect, pair):
    one, other = (pair * 2)[:2] or (0, 0)

    assert bool(problems(one, other, aspect=aspect)) == bool(problems(other, one, aspect=aspect))
    assert bool(problems([one], [other], aspect=aspect)) == bool(problems([other], [one], aspect=aspect))


@CHEAP
@given(st.data(), arrays(), st.text(max_size=4), st.sampled_from(list(ASPECTS)))
def test_one_changed_value_is_found_and_named(data, expected, name, aspect):
    assume(expected.size)
    index = tuple(data.draw(st.integers(0, side - 1)) for side in expected.shape)
    actual = expected.copy()
    actual[index] = _another(data, expected[index], expected.dtype)

    [(found, problem)] = differences({name: expected, "other": 1}, {name: actual, "other": 1}, aspect=aspect)

    assert name == found
    if index:
        assert problem.startswith(f"1 of {expected.size} values differ; the ")
        assert f" at {list(index)}, but should be " in problem


@CHEAP
@given(
    st.dictionaries(st.text(max_size=4), arrays(), min_size=1, max_size=5), st.data(), st.sampled_from(list(ASPECTS))
)
def test_every_planted_difference_is_named_and_nothing_else(facts, data, aspect):
    planted = data.draw(st.sets(st.sampled_from([name for name, fact in facts.items() if fact.size] or [""])))
    assume("" not in planted or facts.get("", np.empty(0)).size)
    actual = dict(facts)
    for name in planted:
        actual[name] = facts[name].copy()
        index = tuple(data.draw(st.integers(0, side - 1)) for side in facts[name].shape)
        actual[name][index] = _another(data, facts[name][index], facts[name].dtype)

    assert planted == {name for name, _ in differences(facts, actual, aspect=aspect)}
    assert planted == {name for name, _ in differences(actual, facts, aspect=aspect)}


def _another(data, value, dtype):
    if dtype.kind == "O":
        return value + b"!"
    values = st.sampled_from([0.0, -0.0, 1.0, INF, NAN]) if dtype.kind == "V" else nps.from_dtype(dtype)
    return data.draw(values.filter(lambda each: not _same(np.array(each, dtype), np.array(value, dtype))))


def _same(one, other):
    return one.tobytes() == other.tobytes() or bool(one != one and other != other)


@CHEAP
@given(st.data(), JSON, st.lists(st.integers(0, 2) | st.text(max_size=3), max_size=4))
def test_one_changed_json_value_is_found_at_its_path(data, sibling, keys):
    was, now = data.draw(st.tuples(SCALARS, SCALARS).filter(lambda pair: str(pair[0]) != str(pair[1])))
    assume(not (isinstance(was, (int, float)) and was == now and isinstance(was, bool) == isinstance(now, bool)))
    path = "root"
    for key in keys:
        path += f".{key}" if isinstance(key, str) and key.isidentifier() else f"[{key!r}]"
    for key in reversed(keys):
        was, now = (_wrapped(key, each, sibling) for each in (was, now))

    assert [path] == [name for name, _ in differences({"root": was}, {"root": now})]


def _wrapped(key, value, sibling):
    return [*[sibling] * key, value, sibling] if isinstance(key, int) else {"a sibling": sibling, key: value}


@CHEAP
@given(
    st.dictionaries(st.text(max_size=4), arrays() | JSON, min_size=1, max_size=4),
    st.data(),
    st.sampled_from(list(ASPECTS)),
)
def test_one_lost_fact_is_found_and_named(facts, data, aspect):
    lost = data.draw(st.sampled_from(sorted(facts)))
    rest = {name: fact for name, fact in facts.items() if name != lost}

    assert [(lost, "missing after reload")] == differences(facts, rest, aspect=aspect)
    assert [(lost, "appeared after reload")] == differences(rest, facts, aspect=aspect)


@CHEAP
@given(st.dictionaries(st.text(max_size=4), arrays(), min_size=1, max_size=4))
def test_renaming_everything_is_one_difference(facts):
    renamed = {f"elsewhere/{name}": fact for name, fact in facts.items()}
    assume(not set(renamed) & set(facts))
    [(name, problem)] = differences(facts, renamed, aspect=WEIGHTS)

    assert next(iter(facts)) == name
    assert problem.startswith(f"{len(facts)} of {len(facts)} names changed, the first {name!r} is now ")
    assert problem.endswith("; shapes, dtypes and values agree by position")


@CHEAP
@given(arrays(), st.data())
def test_a_changed_shape_or_dtype_is_found(expected, data):
    assert ["shape"] == [each.split()[0] for each in problems(expected, expected[np.newaxis])]

    if expected.dtype.kind in "biuf" and expected.dtype.itemsize < 8:
        assert "dtype" == problems(expected, expected.astype("complex128"))[0].split()[0]


@CHEAP
@given(nps.arrays("float64", SHAPES, elements=st.floats(-1e6, 1e6)), st.floats(1e-6, 1e6))
def test_a_gap_is_found_just_beyond_the_tolerance_and_not_within(expected, gap):
    assume(expected.size)
    actual = expected + gap
    worst = float(np.abs(expected - actual).max())

    assert [] == problems(expected, actual, tolerance=worst)
    assert 1 == len(problems(expected, actual, tolerance=np.nextafter(worst, 0)))
