"""How many fresh processes there is room for: by cores, by the limits of control groups, and by memory."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Iterator

#: Of one fresh process, in bytes: TensorFlow, a small model, and what saving and tracing it takes.
OF_A_WORKER = 2 * 2**30

_GROUPS = Path("sys", "fs", "cgroup")


def capacity(root: Path = Path("/")) -> int:
    """How many fresh processes at once: at least one.

    As many as this process may use cores, and as many as memory that is free holds, whichever are fewer; in a
    container what its control groups leave of both. Where none of it is told, as on macOS, by cores alone.

    Args:
        root: Where /proc and /sys are.
    """
    cores = [_usable_cores(), *_cores_of_groups(root)]
    memory = [*_free_memory(root), *_memory_of_groups(root)]
    rooms = [int(min(cores)), *(size // OF_A_WORKER for size in memory)]
    return max(1, min(rooms))


def share(workers: int, shared_by: int) -> int:
    """What each of several programs gets of a number of workers: at least one."""
    return max(1, workers // shared_by)


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _cores_of_groups(root: Path) -> Iterator[float]:
    """The cores that are left to this process by each group that it is in, of either version of control groups."""
    for group in _groups(root, ""):
        quota, _, period = _text(group / "cpu.max").partition(" ")
        if quota.isdigit() and period.isdigit():
            yield int(quota) / int(period)
    for group in _groups(root, "cpu"):
        quota, period = _text(group / "cpu.cfs_quota_us"), _text(group / "cpu.cfs_period_us")
        if quota.isdigit() and period.isdigit():  # without a limit it is -1
            yield int(quota) / int(period)


def _memory_of_groups(root: Path) -> Iterator[int]:
    for names, controller in (
        (("memory.max", "memory.current"), ""),
        (("memory.limit_in_bytes", "memory.usage_in_bytes"), "memory"),
    ):
        for group in _groups(root, controller):
            most, used = (_text(group / name) for name in names)
            if most.isdigit() and used.isdigit():
                yield max(0, int(most) - int(used))


def _free_memory(root: Path) -> Iterator[int]:
    for line in _text(root / "proc" / "meminfo").splitlines():
        name, _, size = line.partition(":")
        if name == "MemAvailable":
            yield int(size.split()[0]) * 1024


def _groups(root: Path, controller: str) -> Iterator[Path]:
    """The folders of this process's groups of a controller, from its own to the topmost; "" is version 2.

    In a container its own path may not be there, and the topmost folder is its own.
    """
    for line in _text(root / "proc" / "self" / "cgroup").splitlines():
        _, controllers, path = line.split(":", 2)
        if controller in controllers.split(","):
            top = root / _GROUPS / controller
            own = top / path.lstrip("/")
            yield from (each for each in (own, *own.parents) if each == top or top in each.parents)


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii").strip()
    except (OSError, ValueError):
        return ""
