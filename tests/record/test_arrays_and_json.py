from __future__ import annotations

import numpy as np
import pytest

from harness.record import arrays_and_json as store
from harness.record.composite import Ragged, Sparse


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
    store.write(tmp_path / "bytes", np.array([b"a", b"\xc3\xb6"], dtype=object))

    assert [["a", "ö"]] == store.read(tmp_path / "value").tolist()
    assert ["a", "ö"] == store.read(tmp_path / "bytes").tolist()


def test_a_zero_at_the_end_of_a_text_stays(tmp_path):
    store.write(tmp_path / "value", np.array([b"a\x00", b"b"], dtype=object))

    assert ["a\x00", "b"] == store.read(tmp_path / "value").tolist()


def test_bytes_that_are_no_text_come_back_as_bytes(tmp_path):
    store.write(tmp_path / "value", np.array([[b"\xff\xd8\x00", "ö"]], dtype=object))

    assert [[b"\xff\xd8\x00", b"\xc3\xb6"]] == store.read(tmp_path / "value").tolist()


@pytest.mark.parametrize("dtype", ["complex64", "complex128"])
@pytest.mark.parametrize("shape", [(), (0,), (2, 3)])
def test_complex_numbers_come_back_bit_for_bit(tmp_path, dtype, shape):
    array = np.full(shape, complex(-0.0, float("nan")), dtype)
    store.write(tmp_path / "value", array)
    back = store.read(tmp_path / "value")

    assert (array.dtype, array.shape, array.tobytes()) == (back.dtype, back.shape, back.tobytes())


def test_ragged_and_sparse_arrays_come_back_as_what_they_are_made_of(tmp_path):
    splits = (np.array([0, 2, 2]), np.array([0, 1, 3], "int32"))
    sparse = Sparse(np.array([[0, 1], [2, 0]]), np.array(["a", "b"], dtype=object), np.array([3, 2]))
    store.write(tmp_path / "value", {"x": [Ragged(np.arange(3.0), splits), sparse]})
    ragged, back = store.read(tmp_path / "value")["x"]

    assert isinstance(ragged, Ragged)
    assert isinstance(back, Sparse)
    assert [[0, 1, 2], [0, 2, 2], [0, 1, 3]] == [each.tolist() for each in (ragged.values, *ragged.row_splits)]
    assert "int32" == ragged.row_splits[1].dtype
    assert [[[0, 1], [2, 0]], ["a", "b"], [3, 2]] == [each.tolist() for each in back.parts.values()]


def test_what_is_twice_in_a_value_is_written_once(tmp_path):
    array = np.ones(1000)
    store.write(tmp_path / "once", [array])
    store.write(tmp_path / "twice", [array, {"same": array}])
    sizes = [(tmp_path / f"{name}.safetensors").stat().st_size for name in ("once", "twice")]

    assert sizes[0] == sizes[1]
    assert array.tolist() == store.read(tmp_path / "twice")[1]["same"].tolist()
