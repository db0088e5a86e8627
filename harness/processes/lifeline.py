"""Processes that end with another one, however it ends and whatever they are doing; even inside C code."""

from __future__ import annotations

import ctypes
import fcntl
import os
import select
import signal
import sys
import threading
from pathlib import Path

# <linux/prctl.h>
_PARENT_DEATH_SIGNAL, _CHILD_SUBREAPER = 1, 36


def end_group_with(lifeline: int) -> None:
    """Let the kernel end this process's group when the last writer of a pipe is gone; elsewhere than on Linux a thread.

    Args:
        lifeline: The end of a pipe that this process alone reads from, and that nobody writes anything to.
    """
    threading.Thread(target=_wait_and_end_the_group, args=(lifeline,), daemon=True).start()
    if sys.platform.startswith("linux"):  # a thread cannot run while C code holds the interpreter's lock
        fcntl.fcntl(lifeline, fcntl.F_SETOWN, -os.getpgrp())
        fcntl.fcntl(lifeline, fcntl.F_SETSIG, signal.SIGKILL)
        fcntl.fcntl(lifeline, fcntl.F_SETFL, fcntl.fcntl(lifeline, fcntl.F_GETFL) | os.O_ASYNC)
        if has_ended(lifeline, 0):  # before the kernel was asked
            _end_the_group()


def has_ended(pipe: int, seconds: float | None = None) -> bool:
    """Wait until nobody holds the other end of a pipe any more; whether that is so."""
    poll = select.poll()
    poll.register(pipe, 0)  # what is written there is somebody else's to read
    return bool(poll.poll(None if seconds is None else 1000 * seconds))


def end_with_parent(parent: int) -> None:
    """Let the kernel end this process with the thread that has started it; does nothing elsewhere than on Linux.

    Args:
        parent: The process that it is supposed to be a child of; where it is not any more, it ends at once.
    """
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PARENT_DEATH_SIGNAL, signal.SIGKILL, 0, 0, 0)
        if os.getppid() != parent:
            os.kill(os.getpid(), signal.SIGKILL)


def adopt() -> None:
    """Become the parent of whatever processes below this one lose theirs; does nothing elsewhere than on Linux."""
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_CHILD_SUBREAPER, 1, 0, 0, 0)


def children() -> list[int]:
    """The processes that this one is the parent of, adopted ones too, as far as the system tells."""
    try:
        told = [each.read_text() for each in Path("/proc/self/task").glob("*/children")]
    except OSError:
        return []
    return [int(each) for text in told for each in text.split()]


def _wait_and_end_the_group(lifeline: int) -> None:
    has_ended(lifeline)
    _end_the_group()


def _end_the_group() -> None:
    os.killpg(0, signal.SIGKILL)
