"""What an inspection finds: containers, dangers, and what it could not look into."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Iterable, Mapping

#: Kind of danger -> what a load would do.
KINDS: Mapping[str, str] = {
    "lambda": "runs Python code that the artifact brings, as a Lambda layer",
    "code": "brings marshalled Python code",
    "pickle": "brings a pickle, which runs code when it is read",
    "import": "imports a module that is named in the artifact, and calls what is named in it",
    "python_op": "calls Python from a graph",
    "file_op": "reads or writes files from a graph",
    "network_op": "reaches other machines from a graph",
    "external": "reads values from other files",
    "path": "names a path outside of the artifact",
    "link": "is a link",
    "special": "is a FIFO, a socket or a device",
    "bomb": "is far larger than the bytes it is made of",
}


@dataclass(frozen=True)
class Danger:
    """One thing that is dangerous to load.

    Attributes:
        kind: One of `KINDS`.
        where: The file, and the path inside it.
        what: What was found there.
    """

    kind: str
    where: str
    what: str

    def __str__(self) -> str:
        return f"{self.kind}: {self.where}: {self.what}; loading it {KINDS[self.kind]}"


@dataclass(frozen=True)
class Container:
    """One file or folder whose format was recognised.

    Attributes:
        where: Its path.
        kind: "zip", "HDF5", "SavedModel", "checkpoint", "JSON", "safetensors", "pickle", "numpy", "record".
        written_by: package -> version, as far as it says so.
    """

    where: str
    kind: str
    written_by: Mapping[str, str] = field(default_factory=dict)

    def __str__(self) -> str:
        versions = ", ".join(f"{package} {version}" for package, version in self.written_by.items())
        return f"{self.where}: {self.kind}" + (f", written by {versions}" if versions else "")


@dataclass(frozen=True)
class Found:
    """All that an inspection found.

    Attributes:
        containers: What was recognised.
        dangers: In the order in which they were found.
        unread: What could not be looked into, and why, a sentence each.
    """

    containers: tuple[Container, ...] = ()
    dangers: tuple[Danger, ...] = ()
    unread: tuple[str, ...] = ()

    @classmethod
    def joined(cls, several: Iterable[Found]) -> Found:
        """What several inspections found; the same danger once."""
        all_of_them = list(several)
        return cls(
            tuple(each for found in all_of_them for each in found.containers),
            tuple(dict.fromkeys(each for found in all_of_them for each in found.dangers)),
            tuple(dict.fromkeys(each for found in all_of_them for each in found.unread)),
        )


class Unreadable(Exception):
    """A file is damaged, or is not what it begins as; the message says how."""
