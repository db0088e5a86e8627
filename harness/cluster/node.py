"""The program of a node: it gets recipes with all their cells, carries them out as a driver does, and says what came.

Takes lines of `harness.cluster.messages` on stdin, says others on stdout. When stdin closes, it ends as by Ctrl-C:
what runs is ended, and nothing stays but the environments of rows, and records that were asked for.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import queue
import signal
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable, Sequence

from harness.cluster.messages import (
    KINDS,
    Carry,
    Cross,
    Crossed,
    Doing,
    Failed,
    How,
    Pinned,
    Prepare,
    Prepared,
    Reached,
    Told,
)
from harness.driver.plans import RoundTrip
from harness.driver.run import Run
from harness.driver.settings import Settings
from harness.driver.temporary import passing_folder
from harness.environment import Environment
from harness.environments.cross import Crossing
from harness.environments.cross_tables import as_json
from harness.environments.make import environment_of
from harness.environments.table import Row
from harness.nouns import Case, InfrastructureError
from harness.processes.capacity import capacity
from harness.report.verdict_json import to_json
from harness.verdict import Verdict
from harness.wire import Lines, encode

#: Seconds between two looks at what runs, and in which all of it must have ended.
LOOK, PATIENCE = 1.0, 15.0

#: Whose cache environments are in, unless a folder is named.
_CACHE = Path("roundtrip-harness", "environments")


class Node:
    """What one driver has done here.

    Args:
        folder: For what goes with the node; whoever needs it makes it.
        inbox: The driver's messages, and errors.
        say: Sends a message to the driver.
    """

    def __init__(self, folder: Path, inbox: queue.Queue[Any], say: Callable[[Any], None]) -> None:
        self._folder, self._inbox, self._say = folder, inbox, say
        self._asked: Prepare | None = None
        self._environments: dict[str, Environment] = {}
        self._broken: dict[str, str] = {}
        self._run: Run | None = None
        self._doing: tuple[str, ...] = ()

    def work(self) -> None:
        """Do what is asked, until this thread is interrupted.

        Raises:
            InfrastructureError: It cannot go on.
        """
        with contextlib.ExitStack() as stack:
            while True:
                message = self._next()
                if isinstance(message, InfrastructureError):
                    raise message
                if isinstance(message, Prepare):
                    self._say(self._prepared(message))
                elif isinstance(message, Carry):
                    self._carry(message, stack)
                elif isinstance(message, Cross):
                    self._say(self._crossed(message))
                self._tell_what_runs()

    def _next(self) -> Any:
        try:
            return self._inbox.get(timeout=LOOK)
        except queue.Empty:
            return None

    def _prepared(self, asked: Prepare) -> Prepared:
        self._asked = asked
        sys.path += [each for each in asked.path if os.path.isdir(each) and each not in sys.path]
        os.environ.update(asked.variables)
        for pinned in asked.rows:
            try:
                self._environments[pinned.row.name] = made(pinned, asked.environments)
            except InfrastructureError as error:
                self._broken[pinned.row.name] = str(error)
        if not asked.rows:
            self._environments[""] = own(asked.keras)
        versions = {name: dict(each.versions) for name, each in self._environments.items()}
        return Prepared(self._workers(asked.how), versions, self._broken)

    def _workers(self, how: How) -> int:
        assert self._asked is not None
        room = capacity()
        return how.workers or (min(room, self._asked.cores) if self._asked.cores else room)

    def _settings(self, records: Path | None) -> Settings:
        assert self._asked is not None
        how = self._asked.how
        return Settings(
            logs=self._folder / "logs",
            records=records,
            fresh=how.fresh,
            workers=self._workers(how),
            seconds=how.seconds,
            hash_seed=how.hash_seed,
        )

    def _carry(self, message: Carry, stack: contextlib.ExitStack) -> None:
        """Begin a recipe; a thread tells of its verdicts."""
        assert self._asked is not None
        cases = tuple(map(self._here, message.cases))
        plan = RoundTrip(cases, mends=self._asked.how.mends)
        if self._run is None:
            records = Path(self._asked.how.records) if self._asked.how.records else None
            (environment,) = self._environments.values()
            settings = replace(self._settings(records), passing=(self._folder,))
            self._run = stack.enter_context(Run([plan], environment, settings, more=True))
        else:
            self._run.add(plan)
        threading.Thread(target=self._follow, args=(self._run, cases), daemon=True).start()

    def _follow(self, run: Run, cases: Sequence[Case]) -> None:
        try:
            for case in cases:
                self._say(_reached(run[case]))
        except InfrastructureError as error:
            self._inbox.put(error)

    def _crossed(self, message: Cross) -> Crossed:
        assert self._asked is not None
        kept = self._asked.how.records
        rows = {each.row.name: each.row for each in self._asked.rows}
        settings = self._settings(Path(kept) if kept else self._folder / "records")
        settings = replace(settings, orphans=(self._folder,))  # one run after another needs it
        crossing = Crossing(
            tuple(map(self._here, message.cases)), settings, self._environment_of, lambda line: self._say(Told(line))
        )
        crossed = crossing.run([rows[each] for each in message.producers], [rows[each] for each in message.consumers])
        return Crossed(message.part, json.loads(as_json(crossed)))

    def _environment_of(self, row: Row) -> Environment:
        if row.name in self._broken:
            raise InfrastructureError(self._broken[row.name])
        return self._environments[row.name]

    def _here(self, case: Case) -> Case:
        """A cell whose subject is named by a file, as that is called here."""
        assert self._asked is not None
        recipe, folder = case.recipe, self._asked.folder
        if not recipe.subject.startswith(folder + os.sep):
            return case
        return replace(case, recipe=replace(recipe, subject=os.getcwd() + recipe.subject[len(folder) :]))

    def _tell_what_runs(self) -> None:
        if self._run is not None and self._run.now.running != self._doing:
            self._doing = self._run.now.running
            self._say(Doing(self._doing))


def own(keras: str) -> Environment:
    """The environment of the interpreter that a node has."""
    return Environment(keras=keras)


def made(pinned: Pinned, folder: str) -> Environment:
    """The environment of a row, made on this machine if it is not there; other pins have another folder.

    Raises:
        InfrastructureError: It cannot be made, or does not run.
    """
    row = pinned.row
    said = "\n".join((pinned.requirements, *row.asked, row.python, *row.also))
    digest = hashlib.sha256(said.encode()).hexdigest()[:12]
    home = Path(folder) if folder else _cache()
    row = replace(row, table=home / digest / "environments.toml")
    if pinned.requirements:
        _write(row.requirements, pinned.requirements)
    return environment_of(row, home / digest)


def _cache() -> Path:
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / _CACHE


def _write(path: Path, text: str) -> None:
    """A file, at once: other nodes of this machine may write the same."""
    new = path.with_name(f".{path.name}-{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        new.write_text(text, encoding="utf-8")
        new.replace(path)
    except OSError as error:
        raise InfrastructureError(f"{path}: cannot be written ({error.strerror})") from None


def _reached(verdict: Verdict) -> Reached:
    log = Path(verdict.log) if verdict.log else None
    said = log.read_text(encoding="utf-8", errors="replace") if log is not None and log.exists() else ""
    return Reached(to_json(verdict), said)


def main() -> None:
    """Serve one driver."""
    answers = os.dup(1)
    os.dup2(2, 1)  # what anything prints is no answer
    lock = threading.Lock()

    def say(message: Any) -> None:
        data = encode(message)
        with lock, contextlib.suppress(BrokenPipeError):
            while data:
                data = data[os.write(answers, data) :]

    signal.pthread_sigmask(signal.SIG_SETMASK, [])  # a thread of Ray's that starts it may have blocked some
    signal.signal(signal.SIGINT, signal.default_int_handler)
    inbox: queue.Queue[Any] = queue.Queue()
    with contextlib.suppress(KeyboardInterrupt), passing_folder("node-") as folder:
        threading.Thread(target=_read, args=(inbox,), daemon=True).start()
        try:
            Node(folder, inbox, say).work()
        except InfrastructureError as error:
            say(Failed(str(error)))


def _read(inbox: queue.Queue[Any]) -> None:
    """A thread: hand on what the driver says; when it is gone, interrupt whatever the main thread does."""
    unread = Lines(KINDS)
    while data := os.read(0, 1 << 16):
        for message in unread.feed(data):
            inbox.put(message)
    os.kill(os.getpid(), signal.SIGINT)
    time.sleep(PATIENCE)
    os.killpg(0, signal.SIGKILL)


if __name__ == "__main__":
    main()
