"""A cluster of Ray's: an actor on each node owns the process that has the agents. The only module that imports Ray."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
import time
from pathlib import Path
from typing import Any, Mapping, Sequence

import harness
from harness.cluster.crew import Link
from harness.cluster.link import NODE, NodeProcess
from harness.cluster.messages import KINDS, Gone
from harness.environment import DECISIVE
from harness.nouns import HarnessError, InfrastructureError
from harness.wire import Lines, encode

#: Seconds in which an address must answer, in which Ray must have connected, and after which an actor says that it has
#: nothing to say.
ANSWER, CONNECT, HEAR = 10.0, 60.0, 5.0

#: Of the working folder, what no node needs; what .gitignore names is left out besides.
_NOT_SENT = (".git", ".harness", ".tox", ".venv", "**/__pycache__")
#: The longest sentence of Ray's that is told.
_WIDTH = 200


class Host:
    """The actor: it has the process of a node, and passes on what is said. When it dies, that process ends."""

    def __init__(self, module: str) -> None:
        # What Ray sets for its own workers, threads and devices among it, is not what a local run has.
        kept = {name: value for name, value in os.environ.items() if not name.startswith("RAY_")}
        self._node = NodeProcess(module, {name: value for name, value in kept.items() if name not in DECISIVE})

    def send(self, line: bytes) -> None:
        self._node.send(line)

    def hear(self, seconds: float) -> tuple[bytes, str | None]:
        return self._node.hear(seconds)

    def close(self) -> None:
        self._node.close()


class RayLink:
    """One node, by its actor."""

    def __init__(self, ray: Any, actor: Any, name: str, cores: int) -> None:
        self.name, self.cores = name, cores
        self.actor, self.open = actor, True
        self._ray, self._unread = ray, Lines(KINDS)
        self.pending = actor.hear.remote(HEAR)

    def send(self, message: Any) -> None:
        self.actor.send.remote(encode(message))

    def drop(self) -> None:
        self.open = False
        with contextlib.suppress(Exception):  # it is gone already, or Ray is
            self._ray.kill(self.actor)

    def said(self) -> list[Any]:
        """What has come; Gone at the end, when nothing more will."""
        try:
            data, why = self._ray.get(self.pending)
        except self._ray.exceptions.RayError as error:
            self.drop()  # where it is only out of reach, it must not go on
            return [Gone(_in_words(error, self._ray))]
        messages = self._unread.feed(data)
        if why is None:
            self.pending = self.actor.hear.remote(HEAR)
            return messages
        self.open = False
        return [*messages, Gone(why)]


class RayCluster:
    """All nodes of a cluster that have a processor.

    Args:
        address: HOST:PORT of the head, or ray://HOST:PORT; "" for the cluster that this machine is a node of.
        workers: Jobs at once on each node, so many processors are claimed; 0 for all.

    Raises:
        HarnessError: The address is none.
        InfrastructureError: There is no Ray here, or no cluster that answers.
    """

    def __init__(self, address: str, workers: int = 0) -> None:
        self._ray = _connected(address)
        self._workers = workers
        self._known: set[str] = set()
        self._links: list[RayLink] = []

    def joined(self) -> Sequence[Link]:
        new = []
        for node in self._ray.nodes():
            cores = int(node["Resources"].get("CPU", 0))
            if node["Alive"] and cores and node["NodeID"] not in self._known:
                self._known.add(node["NodeID"])
                new.append(self._start(node, min(cores, self._workers) if self._workers else cores))
        self._links += new
        return new

    def _start(self, node: Mapping[str, Any], cores: int) -> RayLink:
        strategies = self._ray.util.scheduling_strategies
        there = strategies.NodeAffinitySchedulingStrategy(node["NodeID"], soft=False)
        # Three calls at once: it hears while it is told something, and can be closed meanwhile.
        options = {"num_cpus": cores, "max_concurrency": 3, "scheduling_strategy": there}
        actor = self._ray.remote(Host).options(**options).remote(NODE)
        return RayLink(self._ray, actor, f"{node['NodeManagerAddress']}:{node['NodeManagerPort']}", cores)

    def heard(self, seconds: float) -> Sequence[tuple[Link, Any]]:
        pending = {each.pending: each for each in self._links if each.open}
        if not pending:
            time.sleep(seconds)
            return []
        ready, _ = self._ray.wait(list(pending), num_returns=1, timeout=seconds)
        if ready:
            ready, _ = self._ray.wait(list(pending), num_returns=len(pending), timeout=0)
        return [(pending[each], message) for each in ready for message in pending[each].said()]

    def close(self, seconds: float) -> None:
        links = [each for each in self._links if each.open]
        try:
            ending = [each.actor.close.remote() for each in links]
            if ending:
                self._ray.wait(ending, num_returns=len(ending), timeout=seconds)
        finally:  # another Ctrl-C comes here, too: what an actor has ends with it
            for each in links:
                each.drop()
            self._ray.shutdown()


def _connected(address: str) -> Any:
    """Ray, connected; a working folder goes with it, and this package."""
    _check_answers(address)
    try:
        import ray
        import ray.util.scheduling_strategies
    except ImportError:
        raise InfrastructureError(
            "--on ray needs Ray, which is not here; install it with: pip install 'roundtrip-harness[ray]'"
        ) from None
    package = str(Path(harness.__file__).resolve().parent)
    sent = {"working_dir": os.getcwd(), "py_modules": [package], "excludes": [*_NOT_SENT]}
    failed: list[BaseException] = []

    def connect() -> None:
        try:
            ray.init(address or "auto", log_to_driver=False, logging_level="ERROR", runtime_env=sent)
        except BaseException as error:
            failed.append(error)

    # Ray itself waits for minutes; and in another thread it leaves the signals of this process alone.
    connecting = threading.Thread(target=connect, daemon=True)
    connecting.start()
    connecting.join(CONNECT)
    if failed:
        raise InfrastructureError(f"{_on(address)}: {_first_line(failed[0])}") from None
    if connecting.is_alive():
        raise InfrastructureError(
            f"{_on(address)}: no cluster of Ray's has answered in {CONNECT:.0f} s; expected the address of its head"
        )
    return ray


def _check_answers(address: str) -> None:
    """Raise when nobody is at an address: Ray would try for minutes."""
    if not address:
        return
    host, _, port = address.rpartition("/")[2].rpartition(":")
    if not host or not port.isdigit():
        raise HarnessError(f"{_on(address)}: expected ray:HOST:PORT, the address of a head, or ray alone")
    try:
        socket.create_connection((host.strip("[]"), int(port)), ANSWER).close()
    except (OSError, OverflowError) as error:
        why = getattr(error, "strerror", None) or "no answer"
        raise InfrastructureError(f"{_on(address)}: nobody answers there ({why}); is the cluster up?") from None


def _on(address: str) -> str:
    return f"--on ray:{address}" if address else "--on ray"


def _in_words(error: Exception, ray: Any) -> str:
    """What has become of a node; Ray itself tells of its actor at length."""
    kind = type(error).__name__
    if isinstance(error, ray.exceptions.RayActorError):
        return f"it has died, or is out of reach ({kind})"
    return f"{kind}: {_first_line(error)}"


def _first_line(error: BaseException) -> str:
    lines = [each.strip() for each in str(error).splitlines() if each.strip()]
    return (lines[0] if lines else type(error).__name__)[:_WIDTH]
