"""What time limits and numbers of processes may be. Cheap to import: every pytest run does."""

from __future__ import annotations

import argparse
from typing import Any, Callable

from harness.nouns import HarnessError

#: PYTHONHASHSEED goes to one more, which is that of what loads.
LAST_HASH_SEED = 2**32 - 2

#: Longer than any job, and not too long for the timers of a process.
WEEK = 7 * 24 * 60 * 60


def check_seconds(seconds: Any, name: str = "seconds") -> float:
    """A time limit.

    Raises:
        HarnessError: It is none.
    """
    if isinstance(seconds, bool) or not isinstance(seconds, (int, float)):
        raise HarnessError(f"{name}: expected a number of seconds. Received: {seconds!r}")
    if not 0 < seconds <= WEEK:  # nor is it nan
        raise HarnessError(f"{name} {seconds:g}: expected more than 0, and at most {WEEK} (a week)".strip())
    return float(seconds)


def check_workers(workers: Any, name: str = "workers") -> int:
    """How many processes at once.

    Raises:
        HarnessError: It is no such number.
    """
    if isinstance(workers, bool) or not isinstance(workers, int) or workers < 1:
        raise HarnessError(f"{name} {workers}: expected 1 or more".strip())
    return workers


def check_hash_seed(seed: Any, name: str = "hash_seed") -> int:
    """A hash seed of Python's; 0 leaves it to the harness.

    Raises:
        HarnessError: It is none that leaves room for another.
    """
    if isinstance(seed, bool) or not isinstance(seed, int) or not 0 <= seed <= LAST_HASH_SEED:
        raise HarnessError(f"{name} {seed}: expected a whole number from 0 to {LAST_HASH_SEED}".strip())
    return seed


def seconds(text: str) -> float:
    """The same as the type of an option."""
    return _option(text, float, check_seconds)


def workers(text: str) -> int:
    """The same as the type of an option."""
    return int(_option(text, int, check_workers))


def hash_seed(text: str) -> int:
    """The same as the type of an option."""
    return int(_option(text, int, check_hash_seed))


def _option(text: str, read: Callable[[str], float], check: Callable[[Any, str], float]) -> float:
    try:
        return check(read(text), "")
    except HarnessError as error:
        raise argparse.ArgumentTypeError(str(error)) from None
