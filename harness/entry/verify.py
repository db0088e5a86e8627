"""Verify a record again, later or elsewhere: reload it and judge it against its own reference."""

from __future__ import annotations

from pathlib import Path
from typing import Sequence

from harness.driver.plans import Load
from harness.driver.run import Run
from harness.driver.settings import Settings
from harness.environment import Environment
from harness.formats import find_format
from harness.nouns import Case, HarnessError, Verdict
from harness.record.record import open_record
from harness.verdicts.compare import compare


def verify(path: Path, loaders: Sequence[str], environment: Environment, seconds: float = 300) -> list[Verdict]:
    """Reload a record in fresh processes of an environment, once for each loader.

    Args:
        path: The record.
        loaders: () for all that its format makes sense with.
        environment: Where to reload it.
        seconds: Time limit of one reload.

    Raises:
        HarnessError: It is no record, a file of it was altered, or its format does not go with a loader.
        InfrastructureError: The environment cannot run models.
    """
    about = open_record(path).about
    possible = find_format(about.format).keeps
    for loader in loaders:
        if loader not in possible:
            raise HarnessError(f"{path}: {about.format} is loaded by {', '.join(possible)}; not by {loader}")
    environment.check()
    cases = [Case(about.recipe, about.format, loader) for loader in loaders or possible]
    # A few jobs are quicker in new interpreters than by warming fork servers first.
    settings = Settings(Path(".harness", "logs"), fresh="subprocess", seconds=seconds)
    with Run([Load(dict.fromkeys(cases, path.resolve()))], environment, settings) as verdicts:
        return list(verdicts)


def diff(one: Path, other: Path) -> list[str]:
    """What was observed of the first model and not of the second, a line for each difference.

    Raises:
        HarnessError: One of them is no record, or a file of it was altered.
    """
    first, second = open_record(one), open_record(other)
    return [str(each) for each in compare(first.reference(), second.reference())]
