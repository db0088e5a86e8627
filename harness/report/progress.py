"""How far a run is, told to whoever waits for it: a line that is rewritten, or one line now and then."""

from __future__ import annotations

import shutil
import time
from typing import Callable, Protocol, Sequence, TextIO

from harness.driver.run import Now
from harness.nouns import Case
from harness.verdict import Verdict

#: Seconds between two looks, and between two lines where none can be rewritten.
LOOK, LINE = 1.0, 30.0

_ERASE = "\r\x1b[K"


class Waited(Protocol):
    """A run, as whoever waits for its verdicts sees it; here, or over several machines."""

    @property
    def now(self) -> Now:
        """How far it is."""

    @property
    def notices(self) -> Sequence[str]:
        """What has happened besides, a line each, since it began: a machine that was lost."""

    def wait(self, case: Case, seconds: float) -> bool:
        """Wait for the verdict of one case, and no longer than so; whether there is something to ask for."""

    def __getitem__(self, case: Case) -> Verdict:
        """The verdict of one case, once it is there."""


class Progress:
    """Waits for verdicts, and tells meanwhile how far their run is.

    Args:
        write: Shows a text at once.
        terminal: Whether the text can be rewritten; otherwise a line is written every half minute.
        clock: Seconds, from anywhere.
    """

    def __init__(
        self, write: Callable[[str], object], terminal: bool, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._write, self._terminal, self._clock = write, terminal, clock
        self._begun = clock()
        self._written = self._begun
        self._shown = False
        self._told = 0

    def verdict(self, run: Waited, case: Case) -> Verdict:
        """The verdict of a case, once it is there.

        Raises:
            InfrastructureError: The run could not go on.
        """
        there = run.wait(case, 0)
        while not there:
            self._tell(run.notices)
            self.show(run.now)
            there = run.wait(case, LOOK)
        self._tell(run.notices)
        return run[case]

    def show(self, now: Now) -> None:
        """Tell how far it is, if it is time to."""
        if self._terminal:
            columns = shutil.get_terminal_size().columns
            self._write(_ERASE + told(now, self._clock() - self._begun)[: columns - 1])
            self._shown = True
        elif self._clock() - self._written >= LINE:
            self._written = self._clock()
            self._write(told(now, self._clock() - self._begun) + "\n")

    def _tell(self, notices: Sequence[str]) -> None:
        for line in notices[self._told :]:
            self.clear()
            self._write(line + "\n")
            self._told += 1

    def clear(self) -> None:
        """Give the line to somebody else."""
        if self._shown:
            self._write(_ERASE)
            self._shown = False


def progress_on(stream: TextIO, *, lines: bool) -> Progress:
    """On a terminal a line that is rewritten; elsewhere lines, if they are wanted."""

    def write(text: str) -> None:
        stream.write(text)
        stream.flush()

    def nothing(text: str) -> None:
        """Whoever reads this reads no progress."""

    terminal = stream.isatty()
    return Progress(write if terminal or lines else nothing, terminal)


def told(now: Now, seconds: float) -> str:
    """One line: cells that are done, time, time that is left, what runs: "[3/12] 1:30, about 5 min left; load ..."."""
    parts = [f"[{now.done}/{now.total}] {int(seconds) // 60}:{int(seconds) % 60:02}"]
    if now.done:
        parts.append(f"about {_long(seconds / now.done * (now.total - now.done))} left")
    running = f"; {', '.join(now.running)}" if now.running else ""
    return ", ".join(parts) + running


def _long(seconds: float) -> str:
    if seconds < 90:
        return f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    return f"{minutes} min" if minutes < 90 else f"{minutes // 60} h {minutes % 60} min"
