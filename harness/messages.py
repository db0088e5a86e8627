"""What processes say to one another: typed values, and the one JSON form in which they cross a border.

    driver -> agent     Submit(id, job), Cancel(id)
    agent -> child      Task(job, scratch)
    child -> agent      Started, Progress, and an outcome, which is the last
    agent -> driver     Hello, then Event(id, what the child said)

Nothing is guessed when a message is read: an unknown kind, a missing or a misspelt field is an exception.
"""

from __future__ import annotations

import enum
import json
from dataclasses import dataclass, fields, is_dataclass
from pathlib import Path
from typing import Any, Mapping, Union

from harness.nouns import Clue, Recipe


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
    """

    recipe: Recipe
    formats: tuple[str, ...]
    records: Path
    seed: int


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
    """

    record: Path
    loader: str
    observation: Path
    seed: int
    code: Recipe | None = None
    look: Look = Look.FULL
    compiled: bool = True
    save_again: tuple[Target, ...] = ()


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
    """The process ended by itself, without a result."""

    code: int

    def __str__(self) -> str:
        return f"exited {self.code} without a result"


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


_OUTCOMES = (Returned, Raised, Crashed, TimedOut, Exited, OutOfMemory, Cancelled)
_KINDS: Mapping[str, type] = {
    kind.__name__: kind
    for kind in (
        *(Clue, Recipe, TrainAndSave, Target, Reload, Saving, Saved, NotSaved, Trained, Reloaded),
        *(Surroundings, Confinement, Job, Submit, Cancel, Task, Hello, Started, Progress, Ended, Event, *_OUTCOMES),
    )
}
_KIND, _TUPLE, _PATH, _LOOK = "$kind", "$tuple", "$path", "$look"


def to_json(value: Any) -> Any:
    """A message as JSON values: an object with its kind, and what it holds likewise. JSON values stay as they are."""
    if is_dataclass(value) and not isinstance(value, type):
        held = {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
        return {_KIND: type(value).__name__, **held}
    if isinstance(value, tuple):
        return {_TUPLE: [to_json(each) for each in value]}
    if isinstance(value, Path):
        return {_PATH: str(value)}
    return {_LOOK: value.value} if isinstance(value, Look) else value


def from_json(tree: Any) -> Any:
    """The message that `to_json` was given.

    Raises:
        KeyError: There is no message of this kind.
        TypeError: A field is missing, or there is one that the message has not.
    """
    if not isinstance(tree, dict):
        return tree
    if _KIND in tree:
        held = {name: from_json(value) for name, value in tree.items() if name != _KIND}
        return _KINDS[tree[_KIND]](**held)
    if _TUPLE in tree:
        return tuple(map(from_json, tree[_TUPLE]))
    if _PATH in tree:
        return Path(tree[_PATH])
    return Look(tree[_LOOK]) if _LOOK in tree else tree


def encode(message: Any) -> bytes:
    """A message as one line, end of line included.

    Raises:
        TypeError: It holds what JSON cannot.
    """
    return json.dumps(to_json(message)).encode() + b"\n"


class Lines:
    """Takes in bytes as they come; gives the messages that are complete."""

    def __init__(self) -> None:
        self._unread: list[bytes] = []

    def feed(self, data: bytes) -> list[Any]:
        """The messages whose end is in these bytes; joins a long one once, not with every piece of it."""
        *ends, rest = data.split(b"\n")
        if not ends:
            self._unread.append(rest)
            return []
        lines = [b"".join([*self._unread, ends[0]]), *ends[1:]]
        self._unread = [rest]
        return [from_json(json.loads(line)) for line in lines]
