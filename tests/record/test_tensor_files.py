"""Arrays one after another in safetensors' format, and arrays that are left on the disk."""

from __future__ import annotations

import tracemalloc
from contextlib import contextmanager

import numpy as np
import pytest
from safetensors import SafetensorError
from safetensors.numpy import load_file, save_file

from harness.record import tensors

SEVERAL = {
    "": np.array(1.5),
    "ö/": np.zeros((0, 3), "int16"),
    "flags": np.array([True, False, True]),
    "in columns": np.arange(6, dtype="uint32").reshape(2, 3).T,
    "the other way round": np.arange(3, dtype=">f8"),
    "bits": np.array([0x7FC00001, 0x80000000], "uint32").view("float32"),
}
LARGE = np.arange(4 * tensors.LARGE, dtype="uint8").reshape(64, -1)


@contextmanager
def memory(most):
    """No more bytes of Python and numpy than so many at once; what is mapped is none of it."""
    tracemalloc.start()
    try:
        yield
        assert most > tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()


def bits(arrays):
    return {
        name: (each.shape, each.dtype.newbyteorder("<"), each.astype(each.dtype.newbyteorder("<")).tobytes())
        for name, each in arrays.items()
    }


def test_the_library_reads_what_is_written(tmp_path):
    tensors.write(tmp_path / "file", SEVERAL)

    assert bits(SEVERAL) == bits(load_file(tmp_path / "file"))


def test_what_the_library_writes_is_read(tmp_path):
    several = {name: np.ascontiguousarray(each, each.dtype.newbyteorder("<")) for name, each in SEVERAL.items()}
    save_file(several, tmp_path / "file", metadata={"by": "the library"})

    assert bits(several) == bits(tensors.read(tmp_path / "file"))


@pytest.mark.parametrize("given", [{}, SEVERAL, {"large": LARGE}, {"large, in columns": LARGE.T, **SEVERAL}])
def test_what_is_written_is_read(tmp_path, given):
    tensors.write(tmp_path / "file", given)

    assert bits(given) == bits(tensors.read(tmp_path / "file"))


def test_what_is_large_is_never_in_memory_as_a_whole(tmp_path):
    with memory(LARGE.nbytes / 2):
        tensors.write(tmp_path / "file", {"large": LARGE})
        found = tensors.read(tmp_path / "file")["large"]
        aside = tensors.on_disk(tensors.pieces(found), LARGE.shape)

        assert tensors.same_bits(LARGE, found)
        assert tensors.same_bits(LARGE, aside)


def test_a_copy_is_noticed():
    with pytest.raises(AssertionError), memory(LARGE.nbytes / 2):
        LARGE.copy()


@pytest.mark.parametrize("wrong", [LARGE[:-1], LARGE.view("int8"), LARGE.reshape(-1)])
def test_another_shape_or_dtype_is_not_the_same(wrong):
    assert not tensors.same_bits(LARGE, wrong)


@pytest.mark.parametrize("place", [0, LARGE.size // 2, LARGE.size - 1])
def test_one_bit_anywhere_is_seen(place):
    other = LARGE.copy()
    other.reshape(-1)[place] ^= 1

    assert not tensors.same_bits(LARGE, other)


def test_the_sign_of_zero_is_a_bit():
    assert not tensors.same_bits(np.array([0.0]), np.array([-0.0]))


@pytest.mark.parametrize("rows", [1, 7, 64, 1000])
def test_parts_are_the_rows_each_once(rows):
    parts = list(tensors.row_ranges(rows, 5 * tensors.PIECE))

    assert list(range(rows)) == [row for part in parts for row in range(rows)[part]]
    assert min(rows, 5) <= len(parts) <= 8


@pytest.mark.parametrize("end", [4, 40, 200])
def test_a_file_that_is_cut_off_is_refused(tmp_path, end):
    tensors.write(tmp_path / "whole", SEVERAL)
    (tmp_path / "file").write_bytes((tmp_path / "whole").read_bytes()[:end])

    with pytest.raises(SafetensorError):
        tensors.read(tmp_path / "file")


def test_a_dtype_that_is_never_written_is_refused(tmp_path):
    tensors.write(tmp_path / "file", {"x": np.zeros(2, "float16")})
    data = (tmp_path / "file").read_bytes()
    (tmp_path / "file").write_bytes(data.replace(b'"F16"', b'"BF16"').replace(b" ", b"", 1))

    with pytest.raises((KeyError, SafetensorError)):
        tensors.read(tmp_path / "file")
