"""How a run is carried out, and where."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

from harness.environment import Environment
from harness.messages import Confinement, Job, Surroundings
from harness.processes.surroundings import alone, of_the_driver


@dataclass(frozen=True)
class Settings:
    """How a run is carried out.

    Attributes:
        logs: Where each job's log goes.
        records: Where records go, and stay; None for a temporary folder, which ends with the run.
        fresh: "forkserver", or "subprocess" for a true new interpreter per job.
        workers: Jobs at once.
        seconds: Time limit of one job.
        seed: Of training. Every load is seeded with another one, so that what it initialises starts elsewhere.
        hash_seed: PYTHONHASHSEED of training, and the next one of every load; None for another one in every run.
        memory: Limit on the address space of each job in bytes; None for none.
        file_size: Of what this run did not make: bytes of each file that a load of it may write, in its own folders and
            without a network. None for records that this run has made, or that the user trusts.
        orphans: Folders of the caller's, which the agents remove when this process is ended before it can.
        passing: Folders of the caller's that nobody needs after the run, which its agents remove when they end.
    """

    logs: Path
    records: Path | None = None
    fresh: str = "forkserver"
    workers: int = 2
    seconds: float = 300
    seed: int = 20
    hash_seed: int | None = None
    memory: int | None = None
    file_size: int | None = None
    orphans: tuple[Path, ...] = ()
    passing: tuple[Path, ...] = ()


@dataclass(frozen=True)
class Place:
    """Where a run works, and how.

    Attributes:
        settings: Of the run.
        records: The folder of records, whether or not they stay.
        environment: Where fresh processes run.
        driver: What code of the user's finds around it: what the driver had when the run began.
        scratch: A folder for what is read once and thrown away, on the disk of the records; None for the records'.
    """

    settings: Settings
    records: Path
    environment: Environment
    driver: Surroundings = field(default_factory=of_the_driver)
    scratch: Path | None = None

    @property
    def aside(self) -> Path:
        """Where observations go, and what is saved again."""
        return self.scratch or self.records

    def job(self, function: str, request: object, name: str, with_code: bool) -> Job:
        """A job of a process that has the user's code, or nothing that is the user's."""
        around = self.driver if with_code else alone()
        how = self.settings
        confinement = None if how.file_size is None else Confinement(how.file_size, (str(self.records.absolute()),))
        return Job(function, request, how.seconds, self.log(name), how.memory, around, confinement)

    def log(self, name: str) -> Path:
        """Where the log of a job goes."""
        return self.settings.logs / f"{name}.log"

    def record(self, path: Path) -> str:
        """A record's path, if it stays."""
        return str(path) if self.settings.records else ""
