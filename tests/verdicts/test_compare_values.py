"""One fact against another: what must be found, and how it is said."""

from __future__ import annotations

import sys
import threading

import numpy as np
import pytest
from comparing import INF, NAN, ONE_ULP, differences, f4, problems

from harness.verdicts import arrays as module


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
    known, here = np.spacing, threading.get_ident()

    def spacing(value):
        if threading.get_ident() != here:  # cells are judged beside these tests
            return known(value)
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
