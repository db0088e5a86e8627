"""What processes say to one another, in typed values; `harness.wire` has the form in which they cross a border.

driver -> agent     Submit(id, job), Cancel(id)
agent -> child      Task(job, scratch)
child -> agent      Started, Progress, and an outcome, which is the last
agent -> driver     Hello, then Event(id, what the child said)
"""

from __future__ import annotations

import enum
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping, Union

from harness.nouns import Recipe
from harness.observation import Clue
from harness.verdict import Mend


class Look(enum.Enum):
    """How closely a model that was loaded is looked at."""

    FULL = "full"
    #: What costs little, for what is saved and loaded again.
    BRIEF = "brief"


@dataclass(frozen=True)
class TrainAndSave:
    """Train a recipe once, save it in several formats, and train on. Reports Saving, returns Trained.

    Attributes:
        recipe: What is built and trained.
        formats: Names of formats.
        records: The folder that gets RECIPE/FORMAT of each.
        seed: Of Python, numpy and TensorFlow.
        drafts: A folder on the same disk, for records that are not finished.
    """

    recipe: Recipe
    formats: tuple[str, ...]
    records: Path
    seed: int
    drafts: Path


@dataclass(frozen=True)
class Target:
    """A format in which a model that was loaded is saved, and the folder that the record becomes."""

    format: str
    record: Path


@dataclass(frozen=True)
class Reload:
    """Load a record's artifact in a process that knows what its loader knows, and observe it. Returns Reloaded.

    Attributes:
        record: The folder.
        loader: One of `LOADERS`.
        observation: Path without suffix, where what was seen is written.
        seed: Never that of training: what a load initialises anew must start elsewhere.
        code: Where the model's own code is. None for a process that must not have it: it is told the path and
            the format, and nothing of the case. On this field everything rests.
        look: How closely to look.
        compiled: Whether load_model compiles; without, compile=False.
        save_again: What to save the loaded model in.
        mend: What is done against a loss that is known; None for nothing.
    """

    record: Path
    loader: str
    observation: Path
    seed: int
    code: Recipe | None = None
    look: Look = Look.FULL
    compiled: bool = True
    save_again: tuple[Target, ...] = ()
    mend: Mend | None = None


@dataclass(frozen=True)
class Saving:
    """The format that is being written right now; "" when it is written."""

    format: str


@dataclass(frozen=True)
class Saved:
    """A record is complete; seconds are of this save."""

    format: str
    record: Path
    seconds: float


@dataclass(frozen=True)
class NotSaved:
    """A format refused the model.

    Attributes:
        format: Its name.
        failure: The exception as "Type: message".
        seconds: Until it refused.
        suits: Whether the format is for a model of this kind at all.
    """

    format: str
    failure: str
    seconds: float
    suits: bool = True


@dataclass(frozen=True)
class Trained:
    """All formats were tried.

    Attributes:
        seconds: Of building, training and observing.
        saves: What became of each format.
        clues: What the model has that is known to get lost.
    """

    seconds: float
    saves: tuple[Saved | NotSaved, ...]
    clues: tuple[Clue, ...] = ()


@dataclass(frozen=True)
class Reloaded:
    """What a reload came to; what it has seen is in the file that it was told to write.

    Attributes:
        load: Seconds until the model was there.
        observe: Seconds of all else.
        versions: package -> version, of the process that reloaded.
        saved_again: What became of each target; one of a format that is not for this model is left out.
        processor: What it ran on.
    """

    load: float
    observe: float
    versions: Mapping[str, str]
    saved_again: tuple[Saved | NotSaved, ...] = ()
    processor: str = ""


@dataclass(frozen=True)
class Surroundings:
    """What a process finds around it, besides what its interpreter has installed.

    Attributes:
        path: Folders that modules are imported from.
        folder: Where it works; None for an empty folder of its own, and an empty home.
        variables: Environment variables. What the agent was started with on purpose is added to them.
    """

    path: tuple[str, ...]
    folder: Path | None
    variables: Mapping[str, str]


@dataclass(frozen=True)
class Confinement:
    """What a process may do that loads what somebody else has written: no network, and hardly a file.

    Attributes:
        file_size: Bytes of each file that it writes.
        writable: The folders in which it may write, besides its own.
    """

    file_size: int
    writable: tuple[str, ...] = ()


@dataclass(frozen=True)
class Job:
    """What a fresh process is to do.

    Attributes:
        function: "package.module:name", called with the request and a function to report progress to.
        request: A message, or JSON values.
        seconds: Time limit.
        log: Where the process's output goes.
        memory: Limit on the address space in bytes; None for none.
        around: What it finds around it; None for what the driver has.
        confinement: What it may do; None for all that the user may.
    """

    function: str
    request: Any
    seconds: float
    log: Path
    memory: int | None = None
    around: Surroundings | None = None
    confinement: Confinement | None = None


@dataclass(frozen=True)
class Inherit:
    """Folders of the driver's: the agent removes what of them is there when the driver has ended, or has closed it.

    They are named before they are made, so that there is no moment at which nobody knows of them. The last message
    counts; a driver that closes its agent takes those back that others still need.
    """

    folders: tuple[Path, ...]


@dataclass(frozen=True)
class Submit:
    """A job, and the number that its events carry."""

    id: int
    job: Job


@dataclass(frozen=True)
class Cancel:
    """End a job."""

    id: int


@dataclass(frozen=True)
class Task:
    """A job for a child, and the folder for its temporary files, which the agent removes."""

    job: Job
    scratch: Path


@dataclass(frozen=True)
class Hello:
    """An agent is there."""

    pid: int


@dataclass(frozen=True)
class Started:
    """A child is at work; the modules that it found imported, of those that were to be preloaded."""

    pid: int
    preloaded: tuple[str, ...]


@dataclass(frozen=True)
class Progress:
    """What a job reports: a message, or JSON values."""

    value: Any


@dataclass(frozen=True)
class Returned:
    """The job's function came to its end."""

    value: Any = None

    def __str__(self) -> str:
        return "returned"


@dataclass(frozen=True)
class Raised:
    """The job's function raised.

    Attributes:
        type: Name of the exception's class.
        message: The whole of it.
        traceback: As Python prints it.
        ours: Whether the class is one of the harness's own: "refusal" for HarnessError, "infrastructure" for
            InfrastructureError, "subject" for SubjectError, "" for anybody else's, whatever its name.
    """

    type: str
    message: str
    traceback: str = ""
    ours: str = ""

    def __str__(self) -> str:
        # What the harness refuses is said in a sentence of its own.
        return self.message if self.ours else f"{self.type}: {self.message}"


@dataclass(frozen=True)
class Crashed:
    """The process was ended by a signal."""

    signal: str

    def __str__(self) -> str:
        return f"crashed: {self.signal}"


@dataclass(frozen=True)
class TimedOut:
    """The time limit was reached."""

    seconds: float

    def __str__(self) -> str:
        return f"timed out after {self.seconds:g} s"


@dataclass(frozen=True)
class Exited:
    """The process ended by itself, without a result.

    Attributes:
        code: Its exit code.
        words: What it said of that; "" where it said nothing, as after os._exit().
    """

    code: int
    words: str = ""

    def __str__(self) -> str:
        return f"exited {self.code} without a result: {self.words or 'os._exit() was called, or C code exited'}"


@dataclass(frozen=True)
class OutOfMemory:
    """Memory ran out: Python, TensorFlow or the kernel said so."""

    detail: str

    def __str__(self) -> str:
        return f"out of memory: {self.detail}"


@dataclass(frozen=True)
class Cancelled:
    """The driver asked for the end."""

    def __str__(self) -> str:
        return "cancelled"


#: How a job ended.
Outcome = Union[Returned, Raised, Crashed, TimedOut, Exited, OutOfMemory, Cancelled]


@dataclass(frozen=True)
class Ended:
    """How a job ended, and how long it took."""

    outcome: Outcome
    seconds: float


@dataclass(frozen=True)
class Event:
    """Something that one job's child said: Started, Progress or Ended."""

    id: int
    what: Started | Progress | Ended


@dataclass(frozen=True)
class Died:
    """The agent is gone, and with it all of its jobs. Said by the driver's side: a dead agent says nothing."""

    message: str
