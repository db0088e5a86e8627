"""Verify a record again, later or elsewhere: reload it and judge it against its own reference."""

from __future__ import annotations

import queue
import tempfile
from pathlib import Path
from typing import Any, Sequence

from harness.case import CODE, REBUILD, RELOAD, Case, HarnessError, Recipe, Verdict
from harness.compare import compare
from harness.environment import Environment, profile_of
from harness.fleet import Agent, Job, Setup
from harness.formats import find_format
from harness.judge import judge
from harness.outcome import describe
from harness.record import Record, open_record, read_observation


def verify(path: Path, loaders: Sequence[str], environment: Environment, seconds: float = 300) -> list[Verdict]:
    """Reload a record in fresh processes of an environment, once for each loader.

    Args:
        path: The record.
        loaders: () for all that its format makes sense with.
        environment: Where to reload it.
        seconds: Time limit of one reload.

    Raises:
        HarnessError: It is no record, a file of it was altered, or its format does not go with a loader.
    """
    record = open_record(path)
    possible = find_format(record.about.format).keeps
    for loader in loaders:
        if loader not in possible:
            raise HarnessError(f"{path}: {record.about.format} is loaded by {', '.join(possible)}; not by {loader}")
    environment.check()
    with tempfile.TemporaryDirectory(prefix="verify-") as folder:
        return [_verdict(record, loader, environment, Path(folder), seconds) for loader in loaders or possible]


def _verdict(record: Record, loader: str, environment: Environment, folder: Path, seconds: float) -> Verdict:
    about = record.about
    case = Case(Recipe(about.recipe, about.subject, about.arguments), about.format, loader)
    arguments: dict[str, Any] = {"record": str(record.path), "loader": loader, "observation": str(folder / loader)}
    if loader in (CODE, REBUILD):
        arguments.update(subject=about.subject, arguments=dict(about.arguments))
    outcome = _run(
        Job("harness.jobs:reload", arguments, seconds, folder / f"{loader}.log"), loader, environment, folder
    )
    if outcome["kind"] != "returned":
        return Verdict(case, RELOAD, describe(outcome), versions=environment.deciding)
    differences, unobservable = judge(case, record.reference(), read_observation(folder / loader))
    versions = outcome["value"]["versions"]
    return Verdict(case, differences=differences, unobservable=unobservable, versions=versions, size=record.size)


def _run(job: Job, loader: str, environment: Environment, folder: Path) -> dict[str, Any]:
    # One job is quicker in a new interpreter than by warming a fork server first.
    setup = Setup(
        log=folder / "agent.log", python=environment.python, variables=environment.variables(), fresh="subprocess"
    )
    events: queue.Queue[Any] = queue.Queue()
    agent = Agent(profile_of(loader), setup, events)
    try:
        agent.submit(job)
        while True:
            _, event = events.get()
            if event["event"] == "ended":
                outcome: dict[str, Any] = event["outcome"]
                return outcome
            if event["event"] == "died":
                return {"kind": "raised", "exception": "InfrastructureError", "message": event["message"]}
    finally:
        agent.close()


def diff(one: Path, other: Path) -> list[str]:
    """What was observed of the first model and not of the second, a line for each difference.

    Raises:
        HarnessError: One of them is no record, or a file of it was altered.
    """
    first, second = open_record(one), open_record(other)
    return [str(each) for each in compare(first.reference(), second.reference())]
