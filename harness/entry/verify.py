"""Verify a record again, later or elsewhere: reload it and judge it against its own reference.

A record that this run did not make is what somebody else may have written: how far it is trusted is said by a `Trust`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Sequence

from harness.driver.plans import Load
from harness.driver.run import Run
from harness.driver.settings import Settings
from harness.entry.strangers import limits_of, looked_into, stopping
from harness.entry.trust import Trust, check_kinds, loads
from harness.environment import Environment
from harness.inspection.apart import read_apart
from harness.inspection.danger import Danger
from harness.processes.confinement import lacking
from harness.record.record import Record, open_record
from harness.record.signatures import check_key, check_signature
from harness.report.run_folder import begin, possible_home
from harness.verdict import Verdict
from harness.verdicts.compare import compare


@dataclass(frozen=True)
class Verified:
    """What became of a record.

    Attributes:
        verdicts: One for each loader; () where nothing was loaded.
        dangers: What stopped the loads.
        notes: What was left out, and what this system could not limit, a sentence each.
    """

    verdicts: tuple[Verdict, ...] = ()
    dangers: tuple[Danger, ...] = ()
    notes: tuple[str, ...] = ()


def verify(
    path: Path,
    loaders: Sequence[str],
    environment: Environment,
    seconds: float = 300,
    trust: Trust = Trust(),  # noqa: B008 (it is frozen)
) -> Verified:
    """Reload a record in fresh processes of an environment, once for each loader.

    Unless it is trusted, nothing that it names is imported or called, it is inspected before it is loaded, and it is
    loaded by processes with limits.

    Args:
        path: The record.
        loaders: () for all that its format makes sense with, and that may run.
        environment: Where to reload it.
        seconds: Time limit of one reload.
        trust: How far it is trusted.

    Raises:
        HarnessError: It is no record, it is damaged, its format does not go with a loader, or the loader may not run.
        InfrastructureError: The environment cannot run models.
    """
    check_kinds(trust.allow)
    if trust.key is not None:
        check_key(trust.key, "--verify-key")
    if not trust.record:
        read_apart(path)  # this process has no limits
    record = open_record(path)
    if trust.key is not None:
        check_signature(path, trust.key)
    chosen = loads(record, loaders, trust)
    environment.check()
    # A few jobs are quicker in new interpreters than by warming fork servers first.
    settings = Settings(Path(), fresh="subprocess", seconds=seconds)
    notes = [chosen.left_out] if chosen.left_out else []
    if not trust.record:
        stopped = stopping(looked_into(path, "; see --trust"), trust.allow)
        if stopped:
            return Verified(dangers=stopped, notes=tuple(notes))
        settings = _limited(settings, record)
        notes += [f"not limited: this system cannot keep a process from the {each}" for each in lacking()]
    plan = Load(dict.fromkeys(chosen.cases, path.resolve()))
    # Logs go to where they always go, but never into the record, which they would alter.
    with (
        begin(possible_home(path)) as folder,
        Run([plan], environment, replace(settings, logs=folder.logs)) as verdicts,
    ):
        return Verified(tuple(verdicts), notes=tuple(notes))


def _limited(settings: Settings, record: Record) -> Settings:
    memory, file_size = limits_of(record.size)
    return replace(settings, memory=memory, file_size=file_size)


def diff(one: Path, other: Path) -> list[str]:
    """What was observed of the first model and not of the second, a line for each difference.

    Raises:
        HarnessError: One of them is no record, or is damaged.
    """
    first, second = open_record(one), open_record(other)
    return [str(each) for each in compare(first.reference(), second.reference())]
