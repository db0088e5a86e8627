"""What a driver and its nodes say to one another, as lines of `harness.wire`.

driver -> node     Prepare, then Carry or Cross; whoever closes the pipe ends the node
node -> driver     Prepared, then Doing, Reached, Crossed, Told; Failed is the last
link -> driver     Gone, when nothing more comes
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Mapping

from harness.environments.table import Row
from harness.nouns import Case, Recipe


@dataclass(frozen=True)
class Pinned:
    """A row, and what its requirement file says: a node need not have the file.

    Attributes:
        row: It.
        requirements: The text of its requirement file; "" where there is none.
    """

    row: Row
    requirements: str


@dataclass(frozen=True)
class How:
    """How a node carries out what it gets.

    Attributes:
        fresh: "forkserver" or "subprocess".
        workers: Jobs at once; 0 for as many as the node has room for.
        seconds: Time limit of one job.
        hash_seed: PYTHONHASHSEED of training, and the next one of every load: the same on all nodes.
        records: The folder on the node where records stay; "" for none.
        mends: Whether what is known against the cause of a loss is tried.
    """

    fresh: str
    workers: int
    seconds: float
    hash_seed: int
    records: str = ""
    mends: bool = False


@dataclass(frozen=True)
class Prepare:
    """Get ready; the first message.

    Attributes:
        rows: Whose environments are made there; () for the interpreter that the node has.
        how: How it works.
        keras: Without rows, the Keras that TensorFlow is to use, "2" or "3".
        environments: The folder of environments; "" for the user's cache.
        folder: The driver's working folder: what is named by a path below it is below the node's own there.
        path: Folders that the driver imports from besides; those that a node has, it imports from as well.
        variables: Those that the user has set, of those that decide an outcome.
        cores: How many the node may use; 0 for all.
    """

    rows: tuple[Pinned, ...]
    how: How
    keras: str
    environments: str
    folder: str
    path: tuple[str, ...]
    variables: Mapping[str, str]
    cores: int = 0


@dataclass(frozen=True)
class Carry:
    """Train, save and reload the cells of one recipe."""

    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Cross:
    """Save cells in some rows, load them in others; rows by name, of those that were prepared.

    Attributes:
        part: The name of it.
        cases: All cells of some recipes.
        producers: Who saves.
        consumers: Who loads.
    """

    part: str
    cases: tuple[Case, ...]
    producers: tuple[str, ...]
    consumers: tuple[str, ...]


@dataclass(frozen=True)
class Prepared:
    """A node is ready.

    Attributes:
        workers: Jobs that it does at once.
        versions: row -> package -> version; "" stands for the node's own interpreter.
        broken: row -> why its environment cannot be made.
    """

    workers: int
    versions: Mapping[str, Mapping[str, str]]
    broken: Mapping[str, str]


@dataclass(frozen=True)
class Doing:
    """What fresh processes of a node do at the moment."""

    running: tuple[str, ...]


@dataclass(frozen=True)
class Reached:
    """A verdict.

    Attributes:
        verdict: It, as `harness.report.verdict_json` writes it.
        log: What the log says that it names; "" where it names none.
    """

    verdict: Mapping[str, Any]
    log: str


@dataclass(frozen=True)
class Crossed:
    """What a `Cross` came to.

    Attributes:
        part: Its name.
        crossed: As `harness cross --json` writes it.
    """

    part: str
    crossed: Mapping[str, Any]


@dataclass(frozen=True)
class Told:
    """A line for whoever watches."""

    line: str


@dataclass(frozen=True)
class Failed:
    """A node cannot go on; the sentence says why."""

    why: str


@dataclass(frozen=True)
class Gone:
    """Nothing more comes from a node. Said by its link: a dead node says nothing."""

    why: str


#: What `harness.wire` may read of it.
KINDS: Mapping[str, type] = {
    kind.__name__: kind
    for kind in (
        *(Case, Recipe, Row, Pinned, How),
        *(Prepare, Carry, Cross, Prepared, Doing, Reached, Crossed, Told, Failed),
    )
}
