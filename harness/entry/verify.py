"""Verify a record again, later or elsewhere: reload it and judge it against its own reference.

A record that this run did not make is what somebody else may have written: how far it is trusted is said by a `Trust`.
"""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Sequence

from harness.driver.plans import Load
from harness.driver.run import Run
from harness.driver.settings import Settings
from harness.entry.trust import Trust, check_kinds, loads
from harness.environment import Environment
from harness.inspection.apart import inspect_apart
from harness.inspection.danger import Danger
from harness.nouns import HarnessError, Verdict
from harness.processes.confinement import lacking
from harness.record.record import Record, open_record
from harness.verdicts.compare import compare

#: Bytes of address space that a load may take, besides some for each byte of the artifact: TensorFlow alone has some.
MEMORY, EACH_BYTE = 12 << 30, 8
#: Bytes of one file that it may write, likewise.
FILE_SIZE = 1 << 30


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
    record = open_record(path)
    chosen = loads(record, loaders, trust)
    environment.check()
    # A few jobs are quicker in new interpreters than by warming fork servers first.
    settings = Settings(_logs(path), fresh="subprocess", seconds=seconds)
    notes = [chosen.left_out] if chosen.left_out else []
    if not trust.record:
        found = inspect_apart(path)
        if found.unread:
            raise HarnessError(f"{path}: not loaded, since it cannot be looked into: {found.unread[0]}; see --trust")
        stopped = tuple(each for each in found.dangers if each.kind not in trust.allow)
        if stopped:
            return Verified(dangers=stopped, notes=tuple(notes))
        settings = _limited(settings, record)
        notes += [f"not limited: this system cannot keep a process from the {each}" for each in lacking()]
    plan = Load(dict.fromkeys(chosen.cases, path.resolve()))
    with Run([plan], environment, settings) as verdicts:
        return Verified(tuple(verdicts), notes=tuple(notes))


def _limited(settings: Settings, record: Record) -> Settings:
    more = EACH_BYTE * record.size
    return replace(settings, memory=MEMORY + more, file_size=FILE_SIZE + more)


def _logs(record: Path) -> Path:
    """Where logs go: as always, but never into the record, which they would alter."""
    here = Path.cwd()
    inside = record.resolve() in (here, *here.parents)
    return Path(tempfile.mkdtemp(prefix="harness-logs-")) if inside else Path(".harness", "logs")


def diff(one: Path, other: Path) -> list[str]:
    """What was observed of the first model and not of the second, a line for each difference.

    Raises:
        HarnessError: One of them is no record, or is damaged.
    """
    first, second = open_record(one), open_record(other)
    return [str(each) for each in compare(first.reference(), second.reference())]
