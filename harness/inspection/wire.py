"""Protocol buffers without their schema: the wire format of https://protobuf.dev/programming-guides/encoding."""

from __future__ import annotations

from typing import Iterator, Union

from harness.inspection.danger import Unreadable

Value = Union[int, bytes]
_VARINT, _EIGHT, _BYTES, _FOUR = 0, 1, 2, 5


def fields(data: bytes) -> Iterator[tuple[int, Value]]:
    """The fields of a message, by number, in their order; what is no varint as bytes.

    Raises:
        Unreadable: It is no message.
    """
    place, end = 0, len(data)
    while place < end:
        key, place = _varint(data, place)
        number, kind = key >> 3, key & 7
        if kind == _VARINT:
            value, place = _varint(data, place)
            yield number, value
            continue
        size, place = _varint(data, place) if kind == _BYTES else ({_EIGHT: 8, _FOUR: 4}.get(kind, -1), place)
        if size < 0 or place + size > end or not number:
            raise Unreadable(f"is no protocol buffer: a field of {size} bytes at {place} of {end}")
        yield number, data[place : place + size]
        place += size


def messages(data: bytes, *path: int) -> Iterator[bytes]:
    """The messages or texts at a path of field numbers."""
    for number, value in fields(data):
        if number == path[0] and isinstance(value, bytes):
            if len(path) == 1:
                yield value
            else:
                yield from messages(value, *path[1:])


def text(data: bytes, number: int) -> str:
    """The last text of a number; "" for none."""
    found = [value for value in messages(data, number)]
    return found[-1].decode("utf-8", "replace") if found else ""


def _varint(data: bytes, place: int) -> tuple[int, int]:
    value = shift = 0
    while place < len(data) and shift < 64:
        byte = data[place]
        value, place, shift = value | (byte & 0x7F) << shift, place + 1, shift + 7
        if byte < 0x80:
            return value, place
    raise Unreadable(f"is no protocol buffer: a number without end at {place}")
