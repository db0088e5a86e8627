"""Python code, or a pickle, that text or bytes hold: as they are, in base64, compressed."""

from __future__ import annotations

import base64
import binascii
import bz2
import lzma
import re
import struct
import zlib
from contextlib import suppress
from typing import Iterator

#: Shorter than any code that does something.
_SHORTEST = 24
_BASE64 = re.compile(r"[A-Za-z0-9+/_\-\s]+=*\s*\Z")
#: Marshal's mark of a code object, with and without the flag that it is referred to.
_CODE = (0x63, 0xE3)
_UNPACKED = 1 << 20
_DEPTH = 4


def kind_of_code(value: str | bytes) -> str:
    """What kind of danger a text or bytes are by themselves: "code", "pickle", or "" for neither."""
    data = _bytes(value) if isinstance(value, str) else value
    for _ in range(_DEPTH):
        if len(data) < _SHORTEST:
            return ""
        if _is_code(data):
            return "code"
        if is_pickle(data):
            return "pickle"
        data = _inner(data)
    return ""


def _is_code(data: bytes) -> bool:
    """Marshal's mark, and after it a number of arguments that some function may have."""
    return data[0] in _CODE and struct.unpack_from("<I", data, 1)[0] < 256


def is_pickle(data: bytes) -> bool:
    """Protocol 2 and later: its number, and at the end a stop."""
    return data[:1] == b"\x80" and data[1:2] in (b"\x02", b"\x03", b"\x04", b"\x05") and data.rstrip()[-1:] == b"."


def begins_a_pickle(data: bytes) -> bool:
    """The same of the first bytes of a file, as they are or compressed as joblib does it with Python's own modules."""
    return any(is_pickle(each[:2] + b".") for each in (data, *_beginnings(data)))


#: What a file begins with that joblib has compressed, but for lz4.
COMPRESSED = (b"\x78", b"\x1f\x8b", b"BZh", b"\xfd7zXZ", b"\x5d\x00\x00")


def _beginnings(data: bytes) -> Iterator[bytes]:
    """The first bytes of what is compressed, by whatever it can be read with."""
    for each in (zlib.decompressobj(wbits=47), bz2.BZ2Decompressor(), lzma.LZMADecompressor()):
        with suppress(zlib.error, lzma.LZMAError, OSError, EOFError):
            yield each.decompress(data, 2)


def _bytes(text: str) -> bytes:
    """Of base64 what it says."""
    if len(text) < _SHORTEST or not _BASE64.match(text):
        return b""
    letters = re.sub(r"\s", "", text).translate({ord("-"): "+", ord("_"): "/"}).rstrip("=")
    try:
        return base64.b64decode(letters + "=" * (-len(letters) % 4))
    except binascii.Error:
        return b""


def _inner(data: bytes) -> bytes:
    """What is compressed in it, or in base64 again; b"" for nothing."""
    try:
        return zlib.decompressobj(wbits=47).decompress(data, _UNPACKED)  # zlib's header, or gzip's
    except zlib.error:
        pass
    try:
        return _bytes(data.decode("ascii"))
    except UnicodeDecodeError:
        return b""
