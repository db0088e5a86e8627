"""What a confined process has tried to write where it may not, or to reach, as far as Python itself is asked for it.

C code that calls the system by itself, as TensorFlow's file operations do, is not seen here; the kernel stops it.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Any, Sequence

#: Events of Python's audit table that change a file: which of their arguments name it.
_CHANGE = {
    "os.chmod": (0,),
    "os.chown": (0,),
    "os.link": (1,),
    "os.mkdir": (0,),
    "os.remove": (0,),
    "os.rename": (0, 1),
    "os.rmdir": (0,),
    "os.symlink": (1,),
    "os.truncate": (0,),
    "os.utime": (0,),
}
_TO_WRITE = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
#: As many are kept; one that tries a million times says no more by it.
_MOST = 20

_seen: dict[str, None] = {}


def watch(writable: Sequence[Path]) -> None:
    """Begin to note what is tried; it cannot be ended. Bytecode is no longer written, which is nobody's attempt.

    Args:
        writable: The folders in which this process may write.
    """
    sys.dont_write_bytecode = True
    folders = (*map(str, writable), "/dev", "/proc/self")
    allowed = tuple(os.path.join(os.path.realpath(each), "") for each in folders)
    busy: list[bool] = []

    def note(event: str, arguments: tuple[Any, ...]) -> None:
        if busy or len(_seen) >= _MOST:
            return
        busy.append(True)
        try:
            if event == "socket.connect" and isinstance(arguments[1], tuple):
                _seen[f"tried to reach {arguments[1][0]}"] = None
            for path in _changed(event, arguments):
                if not os.path.join(os.path.realpath(os.fsdecode(path)), "").startswith(allowed):
                    _seen[f"tried to write {os.path.abspath(os.fsdecode(path))}, where it may not"] = None
        except Exception:  # what the call itself says of such arguments is enough
            pass
        finally:
            busy.pop()

    sys.addaudithook(note)


def seen() -> tuple[str, ...]:
    """What was tried, each once, in words; () in a process that is not watched."""
    return tuple(_seen)


def _changed(event: str, arguments: tuple[Any, ...]) -> list[Any]:
    if event == "open":
        path, _, flags = arguments
        return [path] if isinstance(flags, int) and flags & _TO_WRITE and not isinstance(path, int) else []
    return [arguments[each] for each in _CHANGE.get(event, ()) if not isinstance(arguments[each], int)]
