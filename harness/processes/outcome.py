"""How a job ended: plain JSON values, told apart where it matters, and said in words."""

from __future__ import annotations

import signal
from pathlib import Path
from typing import Any, Mapping

Outcome = Mapping[str, Any]


def returned(value: Any) -> Outcome:
    return {"kind": "returned", "value": value}


def raised(error: BaseException, traceback: str) -> Outcome:
    """An exception. Those that say that memory ran out are their own kind."""
    name = type(error).__name__
    message = _words(error)
    if isinstance(error, MemoryError) or name == "ResourceExhaustedError":
        return {"kind": "out of memory", "detail": f"{name}: {message}".rstrip(": ")}
    return {"kind": "raised", "exception": name, "message": message, "traceback": traceback}


def timed_out(seconds: float) -> Outcome:
    return {"kind": "timed out", "seconds": seconds}


def died(exitcode: int, log: str, oom_kills: int) -> Outcome:
    """A process that ended without a word.

    Args:
        exitcode: As multiprocessing has it: minus the signal's number, or the code.
        log: What the process wrote.
        oom_kills: How many processes the kernel killed for memory while it ran.
    """
    if exitcode >= 0:
        return {"kind": "exited", "code": exitcode}
    name = _signal_name(-exitcode)
    if name == "SIGKILL" and oom_kills:
        return {"kind": "out of memory", "detail": "the kernel killed the process"}
    if name == "SIGABRT" and "std::bad_alloc" in log:
        return {"kind": "out of memory", "detail": "std::bad_alloc"}
    return {"kind": "crashed", "signal": name}


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


def describe(outcome: Outcome) -> str:
    """One phrase; for an exception its type and its whole message."""
    kind = outcome["kind"]
    if kind == "raised":
        return f"{outcome['exception']}: {outcome['message']}"
    if kind == "crashed":
        return f"crashed: {outcome['signal']}"
    if kind == "timed out":
        return f"timed out after {outcome['seconds']:g} s"
    if kind == "exited":
        return f"exited {outcome['code']} without a result"
    if kind == "out of memory":
        return f"out of memory: {outcome['detail']}"
    return str(kind)


def kernel_oom_kills() -> int:
    """Processes that the kernel has killed for memory since it booted; 0 where it does not say."""
    try:
        lines = Path("/proc/vmstat").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("oom_kill ")), 0)
