"""How much is read, and what is far larger than the bytes that it is made of."""

from __future__ import annotations

#: Bytes of JSON, or of a graph, that are read. A config of ten thousand layers has some 10 MB.
MOST = 1 << 28
#: From this size on what is declared is held against what is there.
LARGE = 1 << 26
#: JSON shrinks to a tenth, arrays hardly.
RATIO = 100


def is_bomb(declared: int, actual: int) -> bool:
    return declared >= LARGE and declared > RATIO * max(actual, 1)
