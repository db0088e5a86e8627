"""What somebody else has written: it is inspected before anything loads it, and loaded by processes with limits."""

from __future__ import annotations

from pathlib import Path

from harness.inspection.apart import inspect_apart
from harness.inspection.danger import Danger, Found
from harness.nouns import HarnessError

#: Bytes of address space that a load may take, besides some for each byte of the artifact: TensorFlow alone has some.
MEMORY, EACH_BYTE = 12 << 30, 8
#: Bytes of one file that it may write, likewise.
FILE_SIZE = 1 << 30


def looked_into(path: Path, otherwise: str) -> Found:
    """What is in a record or an artifact.

    Args:
        path: It.
        otherwise: How to load it all the same, for the message: "; see --trust".

    Raises:
        HarnessError: There is nothing, or it cannot be looked into.
    """
    found = inspect_apart(path)
    if found.unread:
        raise HarnessError(f"{path}: not loaded, since it cannot be looked into: {found.unread[0]}{otherwise}")
    return found


def stopping(found: Found, allow: frozenset[str]) -> tuple[Danger, ...]:
    """The dangers that stop a load."""
    return tuple(each for each in found.dangers if each.kind not in allow)


def limits_of(size: int) -> tuple[int, int]:
    """(bytes of address space, bytes of one file) for a process that loads so many bytes."""
    return MEMORY + EACH_BYTE * size, FILE_SIZE + EACH_BYTE * size
