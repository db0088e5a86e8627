"""What is asked of a check: what is tried and must be kept, how much is spent on it, and what stays of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Sequence

from harness.entry.limits import check_hash_seed, check_seconds, check_workers
from harness.formats import FORMATS, PACKAGED
from harness.nouns import ASPECTS, LOADERS, PROBE, HarnessError
from harness.record.signatures import check_key
from harness.report.checked import ALL, ANY, REQUIRED


@dataclass(frozen=True)
class Wanted:
    """What is tried, and what must be kept.

    Attributes:
        formats: Names of formats; () for all.
        loaders: What the fresh process has; () for all that make sense.
        required: The aspects that must be kept.
        ways: Whether "all" ways must keep them, or "any" is enough; "" for all where a format or a loader is named,
            and for any where everything is tried.
    """

    formats: tuple[str, ...] = ()
    loaders: tuple[str, ...] = ()
    required: tuple[str, ...] = REQUIRED
    ways: str = ""

    @property
    def require_ways(self) -> str:
        """What was asked for, or follows: "all" or "any"."""
        return self.ways or (ALL if self.formats or self.loaders else ANY)

    def check(self) -> None:
        """Raise HarnessError, in one sentence, for a name that there is not."""
        if self.ways not in ("", ALL, ANY):
            raise HarnessError(f'require_ways: expected "all" or "any". Received: {self.ways!r}')
        _known("aspect", self.required, (*ASPECTS, PROBE))
        _known("format", self.formats, (*FORMATS, PACKAGED))
        _known("loader", self.loaders, LOADERS)


#: Everything is tried.
WANTED = Wanted()


@dataclass(frozen=True)
class Limits:
    """How much is spent on it.

    Attributes:
        seconds: Time limit of each process that trains or loads.
        workers: Fresh processes at once; None for as many as cores and memory have room for.
        logs: Where their logs go; None for a folder of the run's own.
        hash_seed: PYTHONHASHSEED of what trains; what loads has the next. 0 for another one in every run.
        mends: Whether what is known against the cause of a loss is tried, each in one more process.
        stranger: Bytes of what somebody else has written and is loaded, by processes with limits; None for a model
            of the user's own.
    """

    seconds: float = 300.0
    workers: int | None = None
    logs: Path | None = None
    hash_seed: int = 0
    mends: bool = True
    stranger: int | None = None

    def check(self) -> None:
        """Raise HarnessError, in one sentence, for a value that cannot be used."""
        check_seconds(self.seconds)
        if self.workers is not None:
            check_workers(self.workers)
        check_hash_seed(self.hash_seed)


#: Unless told otherwise.
LIMITS = Limits()


@dataclass(frozen=True)
class Output:
    """What stays of it.

    Attributes:
        results: A file for the verdicts, as the suite's results; None for none.
        records: A folder for the records; None to keep none.
        baseline: The file of what the model is known to lose, which then decides; None for none.
        update: Whether that file is made to say what was found.
        sign: The private key that records are signed with; None to sign none.
        passing: Whether the folder of the records goes when this process ends, however it does.
    """

    results: Path | None = None
    records: Path | None = None
    baseline: Path | None = None
    update: bool = False
    sign: Path | None = None
    passing: bool = False

    def check(self) -> None:
        """Raise HarnessError, in one sentence, for what does not go together."""
        if self.sign is not None and self.records is None:
            raise HarnessError(f"--sign {self.sign}: expected --records DIR with it, the records to sign")
        if self.sign is not None:
            check_key(self.sign, "--sign")
        if self.update and self.baseline is None:
            raise HarnessError("--update-baseline: expected --baseline FILE (baseline=) with it, the file to write")


#: Nothing stays.
OUTPUT = Output()


def _known(kind: str, given: Sequence[str], expected: Any) -> None:
    for each in given:
        if each not in expected:
            raise HarnessError(f"there is no {kind} {each!r}; expected one of {', '.join(expected)}")
