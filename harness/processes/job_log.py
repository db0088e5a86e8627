"""The log of a job, bounded: what a process has written first and last, and a sentence in place of the rest."""

from __future__ import annotations

import os
import re
from pathlib import Path

#: Bytes that a log may have.
MOST = 16 << 20
#: Bytes of its beginning and of its end that stay of a longer one.
BEGINNING = END = 1 << 20

_LEFT_OUT = re.compile(rb"\n\[harness: (\d+) bytes of output are left out here\]\n")


def shorten(log: Path, most: int = MOST) -> None:
    """Take the middle out of a log that has become too long; whoever writes to it must append.

    What is written while this works may be lost.

    Args:
        log: The file; where there is none, nothing happens.
        most: Bytes.
    """
    try:
        file = os.open(log, os.O_RDWR | os.O_APPEND)
    except OSError:
        return
    try:
        _shorten(file, most)
    except OSError:  # it is a device, or the disk is full: what the job comes to is told all the same
        return
    finally:
        os.close(file)


def _shorten(file: int, most: int) -> None:
    size = os.fstat(file).st_size
    if size <= most:
        return
    left_out = size - BEGINNING - END
    # What was left out before is said in the part that is left out now.
    earlier = _LEFT_OUT.match(os.pread(file, 100, BEGINNING))
    if earlier:
        left_out += int(earlier[1]) - len(earlier[0])
    end = os.pread(file, END, size - END)
    os.ftruncate(file, BEGINNING)
    os.write(file, b"\n[harness: %d bytes of output are left out here]\n" % left_out + end)
