"""A task, which is one job; and what follows when something is heard of it.

A task neither waits nor starts a process nor touches a thread: every decision of the driver can be tested by itself.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Callable, Mapping, Protocol

from harness.driver.settings import Place
from harness.formats import find_format
from harness.messages import Job, Outcome
from harness.nouns import PROBE, Case
from harness.observation import Clue
from harness.verdict import Finding, FirstToDiffer, Verdict


class Task(Protocol):
    """One thing that a run has to do."""

    @property
    def profile(self) -> str:
        """The profile of the agent that does it."""

    @property
    def doing(self) -> str:
        """What it does, for whoever waits: "train RECIPE"."""

    def job(self, place: Place) -> Job:
        """What the fresh process is to do."""

    def progressed(self, value: Any) -> None:
        """What the process reports on the way."""

    def ended(self, outcome: Outcome, place: Place) -> Next:
        """How it ended."""

    def judged(self, judged: Judged, place: Place) -> Next:
        """What comparing has shown, where `ended` asked for it."""


@dataclass(frozen=True)
class Next:
    """What follows from an event.

    Attributes:
        tasks: To be carried out as well.
        verdicts: That are reached.
        judging: Work that is done while other jobs are handed out; what it returns is given to the task's `judged`.
        leftovers: Files and folders that nobody reads any more.
    """

    tasks: tuple[Task, ...] = ()
    verdicts: tuple[Verdict, ...] = ()
    judging: Callable[[], Judged] | None = None
    leftovers: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Judged:
    """What comparing has shown.

    Attributes:
        findings: aspect -> finding; {} where nothing could be compared.
        size: Bytes of the artifact.
        failure: Why nothing could be compared.
        first: The first layer that answers otherwise.
        clues: What the model had that is known to get lost, as its record says.
    """

    findings: Mapping[str, Finding] = field(default_factory=dict)
    size: int = 0
    failure: str = ""
    first: FirstToDiffer | None = None
    clues: tuple[Clue, ...] = ()


def promised(case: Case) -> frozenset[str]:
    """What the format's documentation promises; and what the subject itself looks at, which it wants to be kept."""
    return find_format(case.format).keeps[case.loader] | {PROBE}
