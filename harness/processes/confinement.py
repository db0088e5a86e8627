"""What a process may no longer do that loads what somebody else has written: Linux, by the kernel's own means.

No network (a namespace of its own), no file written but in its own folders (Landlock), none of more than a size.
`python -m harness.processes.confinement` says what this system cannot do of it.
"""

from __future__ import annotations

import ctypes
import os
import resource
import subprocess
import sys
from pathlib import Path
from typing import Sequence

from harness.messages import Confinement

# <linux/sched.h>
_NEW_USER, _NEW_NETWORK = 0x10000000, 0x40000000
# <linux/landlock.h> and <asm-generic/unistd.h>: the numbers are the same on every architecture but alpha.
_CREATE_RULESET, _ADD_RULE, _RESTRICT_SELF = 444, 445, 446
_VERSION_FLAG, _PATH_BENEATH = 1, 1
_NO_NEW_PRIVILEGES = 38
#: Everything that changes a file or a folder: write_file, remove_dir ... make_sym; refer (2), truncate (3).
_WRITES = {1: 0b1_1111_1111_0010, 2: 0b11_1111_1111_0010, 3: 0b111_1111_1111_0010}
#: What every process writes to.
_DEVICES = ("/dev/null", "/dev/tty")
#: Of a file that is no folder: write_file, and truncate.
_OF_A_FILE = 1 << 1 | 1 << 14


class _Ruleset(ctypes.Structure):
    _fields_ = (("handled_access_fs", ctypes.c_uint64),)


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _layout_ = "ms"
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def confine(confinement: Confinement, folders: Sequence[Path]) -> list[str]:
    """Take from this process what it does not need. It must have one thread.

    Args:
        confinement: How much it may write, and where.
        folders: Where it may write, besides where the confinement says.

    Returns:
        What could not be taken from it, and why, in words.
    """
    lacking = []
    for what, take in (
        ("network", _leave_the_network),
        ("files elsewhere", lambda: _write_only_in([*map(Path, confinement.writable), *folders])),
    ):
        try:
            take()
        except OSError as error:
            lacking.append(f"{what} ({error.strerror or error})")
    limit(resource.RLIMIT_FSIZE, confinement.file_size)
    return lacking


def limit(kind: int, size: int) -> None:
    """Lower a limit of this process for good, as far as it is not lower already.

    Args:
        kind: One of resource.RLIMIT_*.
        size: In bytes.
    """
    hard = resource.getrlimit(kind)[1]
    most = size if hard == resource.RLIM_INFINITY else min(size, hard)
    resource.setrlimit(kind, (most, most))


def lacking() -> list[str]:
    """What this system cannot take from a process, as a process finds that tries it."""
    done = subprocess.run(
        [sys.executable, "-m", "harness.processes.confinement"],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    return list(filter(None, done.stdout.splitlines())) if done.returncode == 0 else ["anything (its process failed)"]


def _leave_the_network() -> None:
    if not sys.platform.startswith("linux"):
        raise OSError("only on Linux")
    user, group = os.getuid(), os.getgid()
    if _libc().unshare(_NEW_USER | _NEW_NETWORK):
        _raise()
    # It stays who it is.
    for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
        Path("/proc/self", name).write_text(text)


def _write_only_in(folders: Sequence[Path]) -> None:
    if not sys.platform.startswith("linux"):
        raise OSError("only on Linux")
    libc = _libc()
    version = libc.syscall(_CREATE_RULESET, None, ctypes.c_size_t(0), _VERSION_FLAG)
    if version < 1:
        _raise()
    writes = _WRITES[min(version, max(_WRITES))]
    rules = _Ruleset(writes)
    ruleset = libc.syscall(_CREATE_RULESET, ctypes.byref(rules), ctypes.c_size_t(ctypes.sizeof(rules)), 0)
    if ruleset < 0:
        _raise()
    for path in (*folders, *map(Path, _DEVICES)):
        if path.exists():
            _allow(libc, ruleset, path, writes if path.is_dir() else writes & _OF_A_FILE)
    if libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0) or libc.syscall(_RESTRICT_SELF, ruleset, 0):
        _raise()
    os.close(ruleset)


def _allow(libc: ctypes.CDLL, ruleset: int, path: Path, access: int) -> None:
    place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    try:
        rule = _Beneath(access, place)
        if libc.syscall(_ADD_RULE, ruleset, _PATH_BENEATH, ctypes.byref(rule), 0):
            _raise()
    finally:
        os.close(place)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None, use_errno=True)


def _raise() -> None:
    number = ctypes.get_errno()
    raise OSError(number, os.strerror(number))


if __name__ == "__main__":
    print("\n".join(confine(Confinement(1 << 30), [])))
