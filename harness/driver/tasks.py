"""What a run has to do: train and save a recipe, reload a record; and the job that does it."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Union

from harness.environment import Environment
from harness.formats import Format, find_format
from harness.nouns import CODE, REBUILD, SERVED, Case, Difference, Recipe, Verdict
from harness.processes.fleet import Job

#: How often a model is loaded: from what was saved after training, and from what was saved after each load.
LOADS = 3
#: Among the records: what was seen after reloads, and records of what was saved again.
OBSERVED, AGAIN = ".observed", ".again"


@dataclass(frozen=True)
class Settings:
    """How a run is carried out.

    Attributes:
        records: Where records and observations go; made if it is not there.
        logs: Where each job's log goes.
        keep: Whether the records stay after the run.
        fresh: "forkserver", or "subprocess" for a true new interpreter per job.
        workers: Jobs at once.
        seconds: Time limit of one job.
        seed: Of training. Every load is seeded with another one, so that what it initialises starts elsewhere.
        again: Whether what was loaded is saved and loaded again.
        compiled: Whether load_model compiles; without, compile=False.
    """

    records: Path
    logs: Path
    keep: bool = False
    fresh: str = "forkserver"
    workers: int = 2
    seconds: float = 300
    seed: int = 20
    again: bool = True
    compiled: bool = True

    def log(self, name: str) -> Path:
        """Where the log of a job goes."""
        return self.logs / f"{name}.log"


@dataclass
class Saving:
    """A job that trains a recipe and saves it in formats; `current` is being saved right now."""

    recipe: Recipe
    formats: list[str]
    current: str = ""
    attempt: int = 1

    @property
    def name(self) -> str:
        return self.recipe.id if self.attempt == 1 else f"{self.recipe.id}-attempt-{self.attempt}"

    def job(self, settings: Settings) -> Job:
        arguments = {
            **_subject(self.recipe),
            "recipe": self.recipe.id,
            "records": str(settings.records),
            "formats": self.formats,
            "seed": settings.seed,
        }
        return Job("harness.fresh.jobs:train_and_save", arguments, settings.seconds, settings.log(self.name))


@dataclass
class Cell:
    """What is known of a cell until its verdict: the first load's, and what is still to be loaded again, and where.

    A record that was given, and not trained for in this run, is loaded once.
    """

    verdict: Verdict
    environment: Environment
    waiting: int = 1
    again: list[Difference] = field(default_factory=list)
    given: bool = False


@dataclass
class Reloading:
    """A job that reloads a record: that of a cell, or one that such a job has saved."""

    cell: Cell
    case: Case
    record: Path
    load: int = 1
    word: str = ""

    @property
    def name(self) -> str:
        return f"{self.cell.verdict.case.id}{self.word and '-' + self.word.replace(' ', '-')}"

    def observation(self, settings: Settings) -> Path:
        """Where the job writes what it sees."""
        return settings.records / OBSERVED / self.name

    def job(self, settings: Settings) -> Job:
        again = self.again() if settings.again and not self.cell.given else {}
        arguments = {
            "record": str(self.record),
            "loader": self.case.loader,
            "observation": str(self.observation(settings)),
            "seed": settings.seed + self.load,
            "brief": self.load > 1,
            "compiled": settings.compiled,
            "again": [[name, str(settings.records / AGAIN / self.name / name)] for name in again],
        }
        if self.case.loader in (CODE, REBUILD):
            arguments.update(_subject(self.case.recipe))
        return Job("harness.fresh.jobs:reload", arguments, settings.seconds, settings.log(self.name))

    def again(self) -> dict[str, tuple[Case, str]]:
        """What to save of the model that was loaded: format -> the case of loading that, and what to call it."""
        if self.load == LOADS or self.case.loader in SERVED:
            return {}
        found = {self.case.format: (self.case, f"load {self.load + 1}")}
        other = find_format(self.case.format).resaved_as
        if self.load == 1 and other and self._can_be(find_format(other)):
            found[other] = (replace(self.case, format=other), f"as {other}")
        return found

    def _can_be(self, other: Format) -> bool:
        """Whether another format has this loader, and what it needs here."""
        return self.case.loader in other.keeps and not self.cell.environment.unmet(other.needs)


Task = Union[Saving, Reloading]


def _subject(recipe: Recipe) -> dict[str, Any]:
    return {"subject": recipe.subject, "arguments": dict(recipe.arguments)}
