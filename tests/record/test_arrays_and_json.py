from __future__ import annotations

import numpy as np
import pytest

from harness.record import arrays_and_json as store


@pytest.mark.parametrize(
    "value",
    [
        pytest.param(None, id="none"),
        pytest.param({"a": [1, 2.5, True, "text", None]}, id="json"),
        pytest.param((1, [2, (3,)]), id="tuples"),
        pytest.param({"": {"/": {}}}, id="odd_names"),
        pytest.param([float("inf"), -0.0], id="floats"),
    ],
)
def test_plain_values_come_back(tmp_path, value):
    store.write(tmp_path / "value", value)

    assert value == store.read(tmp_path / "value")


@pytest.mark.parametrize("dtype", ["bool", "uint8", "int32", "int64", "float16", "float32", "float64"])
@pytest.mark.parametrize("shape", [(), (0,), (2, 3)])
def test_arrays_come_back_bit_for_bit(tmp_path, dtype, shape):
    array = np.ones(shape, dtype)
    store.write(tmp_path / "value", {"x": (array,)})
    back = store.read(tmp_path / "value")["x"][0]

    assert (array.dtype, array.shape, array.tobytes()) == (back.dtype, back.shape, back.tobytes())


def test_nan_payloads_and_negative_zero_stay(tmp_path):
    array = np.array([0x7FC00001, 0x80000000], "uint32").view("float32")
    store.write(tmp_path / "value", array)

    assert array.tobytes() == store.read(tmp_path / "value").tobytes()


def test_what_does_not_lie_in_order_is_written_in_order(tmp_path):
    array = np.arange(6, dtype=">i4").reshape(2, 3).T
    store.write(tmp_path / "value", array)

    assert array.tolist() == store.read(tmp_path / "value").tolist()


def test_bfloat16_comes_back(tmp_path):
    bfloat16 = pytest.importorskip("ml_dtypes", reason="ml_dtypes is not installed").bfloat16
    store.write(tmp_path / "value", np.array([1.5, -2], bfloat16))
    back = store.read(tmp_path / "value")

    assert (np.dtype(bfloat16), [1.5, -2]) == (back.dtype, back.tolist())


def test_text_comes_back_as_text(tmp_path):
    store.write(tmp_path / "value", np.array([["a", "ö"]], dtype=object))
    store.write(tmp_path / "bytes", np.array([b"a", b"\xff"]))

    assert [["a", "ö"]] == store.read(tmp_path / "value").tolist()
    assert ["a", "\\xff"] == store.read(tmp_path / "bytes").tolist()
