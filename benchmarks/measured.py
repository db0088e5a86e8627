"""A command with what it cost: wall and CPU seconds, and memory of the whole tree of processes."""

from __future__ import annotations

import os
import subprocess
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Sequence

import psutil

#: Seconds between two looks at the memory.
INTERVAL = 0.5


@dataclass(frozen=True)
class Cost:
    """What a command cost.

    Attributes:
        wall: Seconds.
        cpu: Seconds, user and system, of all its processes.
        memory: Bytes at the highest, of all its processes; shared pages counted once (PSS).
        anonymous: The same without pages of files, which the system can take back.
        said: What it printed.
    """

    wall: float
    cpu: float
    memory: int
    anonymous: int
    said: str


def run(command: Sequence[str], log: Path, folder: Path | None = None) -> Cost:
    """Run a command to its end.

    Args:
        command: With its arguments.
        log: Where what it prints to stderr goes.
        folder: Where it works; None for where this process does.

    Raises:
        RuntimeError: It failed; the message names its log.
    """
    begun = time.monotonic()
    with log.open("w") as file:
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=file, text=True, cwd=folder)
        peak = _Peak(process.pid)
        said = process.stdout.read() if process.stdout else ""
        _, status, used = os.wait4(process.pid, 0)
        peak.stop()
    if status:
        raise RuntimeError(f"{' '.join(command)}: exit status {os.waitstatus_to_exitcode(status)}; see {log}\n{said}")
    return Cost(time.monotonic() - begun, used.ru_utime + used.ru_stime, peak.highest, peak.anonymous, said)


class _Peak:
    """The most memory that a process and those below it had at once."""

    def __init__(self, pid: int) -> None:
        self.highest = self.anonymous = 0
        self._pid, self._over = pid, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)
        self._thread.start()

    def stop(self) -> None:
        self._over.set()
        self._thread.join()

    def _watch(self) -> None:
        while not self._over.wait(INTERVAL):
            each = [memory_of(pid) for pid in _processes(self._pid)]
            self.highest = max(self.highest, sum(whole for whole, _ in each))
            self.anonymous = max(self.anonymous, sum(anonymous for _, anonymous in each))


def _processes(pid: int) -> list[int]:
    try:
        top = psutil.Process(pid)
        return [pid, *(each.pid for each in top.children(recursive=True))]
    except psutil.Error:
        return []


def memory_of(pid: int) -> tuple[int, int]:
    """Bytes, pages that several processes share counted by part; and those of them that are no file's (proc(5))."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()[1:]
    except OSError:  # it has ended meanwhile
        return 0, 0
    kilobytes = {name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines)}
    return 1024 * kilobytes["Pss"], 1024 * kilobytes["Pss_Anon"]
