"""Arrays in a safetensors file, one after another: neither writing nor reading them holds them all in memory.

The library reads and checks what is in such a file, but writes it from bytes of all arrays at once, and reads it as
copies: each as much memory as the model, which at full size is gigabytes. The format: 8 bytes with the length of a JSON
header, little-endian; the header; the arrays as they lie in memory (https://github.com/huggingface/safetensors#format).
"""

from __future__ import annotations

import json
import mmap
import struct
import tempfile
from pathlib import Path
from typing import Any, Iterable, Iterator, Mapping

import numpy as np
from safetensors import safe_open

#: Bytes from which on an array, or a file, is left on the disk and mapped.
LARGE = 1 << 24
#: Bytes that are handled at once.
PIECE = 1 << 22
#: What safetensors calls the dtypes that every numpy has.
_NAMES = {
    "bool": "BOOL", "uint8": "U8", "int8": "I8", "uint16": "U16", "int16": "I16", "uint32": "U32", "int32": "I32",
    "uint64": "U64", "int64": "I64", "float16": "F16", "float32": "F32", "float64": "F64",
}  # fmt: skip
_DTYPES = {name: np.dtype(dtype).newbyteorder("<") for dtype, name in _NAMES.items()}
_LENGTH = struct.Struct("<Q")


def write(path: Path, arrays: Mapping[str, np.ndarray]) -> None:
    """Write arrays by name, each contiguous and little-endian, whatever its order in memory is.

    Args:
        path: The file.
        arrays: Of the dtypes that safetensors and every numpy have in common.
    """
    # The widest first: each lies where its dtype wants it.
    names = sorted(arrays, key=lambda name: -arrays[name].dtype.itemsize)
    header, end = {}, 0
    for name in names:
        array, begin = arrays[name], end
        end += array.nbytes
        header[name] = {
            "dtype": _NAMES[array.dtype.name],
            "shape": list(array.shape),
            "data_offsets": [begin, end],
        }
    text = json.dumps(header, separators=(",", ":")).encode("utf-8")
    text += b" " * (-len(text) % _LENGTH.size)
    with path.open("wb") as file:
        file.write(_LENGTH.pack(len(text)) + text)
        for name in names:
            for piece in pieces(arrays[name]):
                file.write(np.ascontiguousarray(piece, dtype=piece.dtype.newbyteorder("<")).data)


def read(path: Path) -> dict[str, np.ndarray]:
    """The arrays of a file by name, not writable; those of a large file are mapped, and read when they are looked at.

    Raises:
        Exception: What safetensors raises of a file that is damaged; KeyError: a dtype that `write` never writes.
    """
    with safe_open(str(path), framework="numpy"):  # which checks the header, its offsets and the size
        pass
    with path.open("rb") as file:
        size = path.stat().st_size
        whole: Any = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) if size >= LARGE else file.read()
    start = _LENGTH.size + _LENGTH.unpack_from(whole)[0]
    header = json.loads(bytes(whole[_LENGTH.size : start]))
    header.pop("__metadata__", None)
    values = np.frombuffer(whole, np.uint8)[start:]
    return {name: _array(values, **said) for name, said in header.items()}


def _array(values: np.ndarray, dtype: str, shape: list[int], data_offsets: list[int]) -> np.ndarray:
    begin, end = data_offsets
    return values[begin:end].view(_DTYPES[dtype]).reshape(shape)


def on_disk(parts: Iterable[np.ndarray], shape: tuple[int, ...]) -> np.ndarray:
    """An array that is in a file without a name, which goes when nobody holds the array any more.

    Args:
        parts: Of one dtype, in their order along the first axis; together not empty.
        shape: Of the whole.
    """
    dtype: Any = None
    with tempfile.TemporaryFile() as file:
        for part in parts:
            dtype = part.dtype
            file.write(np.ascontiguousarray(part).view(np.uint8).data)
        file.flush()
        whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    values: np.ndarray = np.frombuffer(whole, np.uint8).view(dtype)
    return values.reshape(shape)


def same_bits(one: np.ndarray, other: np.ndarray) -> bool:
    """Whether two arrays have the same shape, dtype and bytes."""
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    return all(part.tobytes() == counterpart.tobytes() for part, counterpart in zip(pieces(one), pieces(other)))


def pieces(array: np.ndarray) -> Iterator[np.ndarray]:
    """An array, or parts of it along its first axis of some megabytes each."""
    if array.nbytes <= PIECE:
        yield array
        return
    for rows in row_ranges(len(array), array.nbytes):
        yield array[rows]


def row_ranges(rows: int, size: int) -> Iterator[slice]:
    """The rows of an array, in parts of some megabytes each; a row that is larger is a part.

    Args:
        rows: How many there are.
        size: Bytes of the array.
    """
    several = max(1, PIECE * rows // size)
    return (slice(row, row + several) for row in range(0, rows, several))
