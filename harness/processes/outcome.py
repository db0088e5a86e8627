"""How a job ended, told apart where it matters."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Mapping

from harness.messages import Crashed, Exited, Outcome, OutOfMemory, Raised
from harness.nouns import HarnessError, InfrastructureError, SubjectError

#: The harness's own exceptions, which speak of what it was given, of the run, or of what the subject's code raised.
_OURS: Mapping[type, str] = {HarnessError: "refusal", InfrastructureError: "infrastructure", SubjectError: "subject"}


def raised(error: BaseException, traceback: str) -> Outcome:
    """An exception. Those that say that memory ran out are their own kind."""
    name, message = type(error).__name__, _words(error)
    if isinstance(error, MemoryError) or name == "ResourceExhaustedError":
        return OutOfMemory(f"{name}: {message}".rstrip(": "))
    ours = _OURS.get(type(error), "")
    return Raised(name, message, traceback, ours)


def died(exitcode: int, log: str, oom_kills: int) -> Outcome:
    """A process that ended without a word.

    Args:
        exitcode: As multiprocessing has it: minus the signal's number, or the code.
        log: What the process wrote.
        oom_kills: How many processes the kernel killed for memory while it ran.
    """
    if exitcode >= 0:
        return Exited(exitcode)
    name = _signal_name(-exitcode)
    if name == "SIGKILL" and oom_kills:
        return OutOfMemory("the kernel killed the process")
    if name == "SIGABRT" and "std::bad_alloc" in log:
        return OutOfMemory("std::bad_alloc")
    return Crashed(name)


def _words(error: BaseException) -> str:
    try:
        return str(error)
    except Exception:  # an exception's own __str__ is code of the job, too
        return "(its message cannot be shown)"


def _signal_name(number: int) -> str:
    try:
        return signal.Signals(number).name
    except ValueError:  # most real-time signals have no name
        return f"signal {number}"


def kernel_oom_kills() -> int:
    """Processes that the kernel has killed for memory since it booted; 0 where it does not say."""
    try:
        lines = Path("/proc/vmstat").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)
