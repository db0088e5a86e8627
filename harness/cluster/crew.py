"""The nodes of a cluster that work alike: each is asked to get ready; one that is otherwise than most is left out."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from typing import Any, Callable, Mapping, Protocol, Sequence

from harness.cluster.messages import Failed, Gone, Prepare, Prepared
from harness.cluster.placing import left_out
from harness.nouns import InfrastructureError

#: Seconds between two looks for nodes that are new, and at most between two looks at those that are there.
JOIN, LOOK = 5.0, 0.5
#: Seconds in which nodes end what they do.
PATIENCE = 30.0

Versions = Mapping[str, Mapping[str, str]]


class Link(Protocol):
    """What a driver has of one node.

    Attributes:
        name: It has no other.
        cores: How many it may use; 0 for all.
    """

    name: str
    cores: int

    def send(self, message: Any) -> None:
        """Hand over a message; a node that is gone hears nothing."""

    def drop(self) -> None:
        """End the node at once; nothing more is heard of it."""


class Cluster(Protocol):
    """Nodes, which come and go."""

    def joined(self) -> Sequence[Link]:
        """Those that were not there the last time, started."""

    def heard(self, seconds: float) -> Sequence[tuple[Link, Any]]:
        """What nodes have said, Gone at the end of each; waits for something, and no longer than so."""

    def close(self, seconds: float) -> None:
        """End all nodes; those that are not gone after so long are ended at once."""


class Crew:
    """The nodes that work, and what all of them have.

    Args:
        cluster: Where they are.
        asked: How each gets ready.
        expected: What versions each must have; None for those that most have.
    """

    def __init__(self, cluster: Cluster, asked: Prepare, expected: Versions | None = None) -> None:
        self._cluster, self._asked, self._expected = cluster, asked, expected
        self._links: dict[str, Link] = {}
        self._ready: dict[str, Prepared] = {}
        self._left: list[str] = []  # why nodes are not here, a line each
        self._looked = float("-inf")
        self._chosen: Prepared | None = None

    @property
    def ready(self) -> Mapping[str, Prepared]:
        """The nodes that work, by name."""
        return self._ready

    @property
    def hoping(self) -> bool:
        """Whether a node is still getting ready."""
        return len(self._links) > len(self._ready)

    def gather(self, say: Callable[[str], None]) -> Prepared:
        """Wait until each node that is there has got ready; what the crew has.

        Raises:
            InfrastructureError: None can be used.
        """
        self._look_for_nodes()
        say(f"{_counted(len(self._links), 'node')}: {', '.join(self._links) or 'none has a processor'}")
        while self.hoping:
            for name, message in self.heard(LOOK):
                if isinstance(message, Prepared):
                    say(f"{name}: ready, {message.workers} at once")
        self._choose()
        for line in self._left:
            say(line)
        if self._chosen is None:
            raise InfrastructureError(f"no node can be used: {self._left[0] if self._left else 'there is none'}")
        return self._chosen

    def heard(self, seconds: float) -> list[tuple[str, Any]]:
        """What nodes have said, by name: Prepared of one that can work, Gone of one that does no more."""
        if time.monotonic() > self._looked + JOIN:
            self._look_for_nodes()
        told = []
        for link, message in self._cluster.heard(seconds):
            if link.name not in self._links:
                continue  # what it said before it was left out
            if isinstance(message, Prepared):
                message = self._judged(link.name, message)
            elif isinstance(message, (Failed, Gone)):
                message = self._leave_out(link.name, message.why)
            told.append((link.name, message))
        return told

    def send(self, name: str, message: Any) -> None:
        """Hand a message to a node; one that is gone hears nothing."""
        if name in self._links:
            self._links[name].send(message)

    def close(self) -> None:
        """End all nodes, and what they do."""
        self._cluster.close(PATIENCE)

    def _look_for_nodes(self) -> None:
        self._looked = time.monotonic()
        for link in self._cluster.joined():
            self._links[link.name] = link
            link.send(replace(self._asked, cores=link.cores))

    def _choose(self) -> None:
        """What most have is what all must have; of several that as many have, what breaks the fewest rows."""
        if self._expected is None and self._ready:
            counts = Counter(map(_described, self._ready.values()))
            chosen = max(self._ready.values(), key=lambda each: (counts[_described(each)], -len(each.broken)))
            self._expected = chosen.versions
        for name, prepared in list(self._ready.items()):
            self._judged(name, prepared)
        self._chosen = next(iter(self._ready.values()), None)

    def _judged(self, name: str, prepared: Prepared) -> Prepared | Gone:
        """A node that is ready stays, if it has what all have."""
        wrong = [] if self._expected is None else _otherwise(prepared, self._expected)
        if wrong:
            return self._leave_out(name, f"it has {', '.join(wrong)}")
        self._ready[name] = prepared
        return prepared

    def _leave_out(self, name: str, why: str) -> Gone:
        self._links.pop(name).drop()
        self._ready.pop(name, None)
        self._left.append(left_out(name, why, ()))
        return Gone(why)


def _described(prepared: Prepared) -> str:
    return repr(sorted((row, sorted(found.items())) for row, found in prepared.versions.items()))


def _otherwise(prepared: Prepared, expected: Versions) -> list[str]:
    """What a node has otherwise than expected: "tf210: tensorflow 2.9.0 instead of 2.10.1"."""
    wrong = []
    for row in dict.fromkeys((*expected, *prepared.versions)):
        has, wanted = prepared.versions.get(row), expected.get(row)
        of_row = f"{row}: " if row else ""
        if has is None:
            wrong.append(f"no environment of {row} ({prepared.broken.get(row, 'it is not told why')})")
        elif wanted is None:
            wrong.append(f"an environment of {row}, which others cannot make")
        else:
            wrong += [
                f"{of_row}{package} {has.get(package, 'missing')} instead of {wanted.get(package, 'none')}"
                for package in dict.fromkeys((*wanted, *has))
                if has.get(package) != wanted.get(package)
            ]
    return wrong


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
