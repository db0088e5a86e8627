"""Interrupt runs at random moments and count what is left: `python -m kills --moments 100`, in tests/.

Each moment: a run in one and the same folder, in which a process is ended or the driver is told to stop; then another
run there. The runs are those of kills/driver.py, real processes of real fork servers without TensorFlow; with --check,
those of `python -m harness check FILE`.
"""

from __future__ import annotations

import argparse
import collections
import contextlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Callable

from places import PYTHONPATH, ROOT

#: Every process of a run has it among its variables.
MARK = "ROUNDTRIP_KILLS"
#: Seconds in which all processes of a run that has ended must be gone, and in which a driver must end.
SOON, LATE = 15, 120
#: What Python says that is told to stop before a line of any program runs.
NOT_BEGUN = "Fatal Python error: init_import_site"
#: Tries to find a process of a kind that is rarely there.
TRIES = 400


@dataclass
class Run:
    """One run, by its own folder for temporary files."""

    process: subprocess.Popen
    mark: str
    temporary: Path

    def processes(self) -> dict[int, tuple[int, str]]:
        """All that are alive: pid -> (parent, command line)."""
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                if f"{MARK}={self.mark}\0".encode() not in (folder / "environ").read_bytes() + b"\0":
                    continue
                state, parent = (folder / "stat").read_text().rpartition(")")[2].split()[:2]
                command = (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
            if state != "Z":
                found[int(folder.name)] = (int(parent), command)
        return found

    def of_kind(self, kind: str) -> list[int]:
        """Processes that are an agent, a fork server, or a child of one."""
        found = self.processes()
        servers = {pid for pid, (_, said) in found.items() if "multiprocessing.forkserver" in said}
        agents = {pid for pid, (_, said) in found.items() if "harness.processes.agent" in said}
        children = {pid for pid in servers if found[pid][0] in servers}
        return sorted({"agent": agents, "server": servers - children, "child": children}[kind])


@dataclass
class Counts:
    """What was seen over all moments."""

    moments: int = 0
    by_kind: collections.Counter = field(default_factory=collections.Counter)
    exits: collections.Counter = field(default_factory=collections.Counter)
    slowest: float = 0.0
    processes: int = 0
    folders: int = 0
    torn_lines: int = 0
    drivers_that_hung: int = 0
    tracebacks: int = 0
    reruns_that_failed: int = 0
    faults: list = field(default_factory=list)

    def fault(self, name: str, told: str) -> None:
        setattr(self, name, getattr(self, name) + 1)
        self.faults.append(f"moment {self.moments}: {name}: {told}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m kills", description=__doc__.splitlines()[0])
    parser.add_argument("--moments", type=int, default=100)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin no moment after so many")
    parser.add_argument("--check", type=Path, metavar="FILE", help="runs of `check` over this model; takes TensorFlow")
    options = parser.parse_args()
    # What a shell has begun in the background ignores Ctrl-C, and so would all that it starts.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    counts, draw = Counts(), random.Random(options.seed)
    command = _check(options.check) if options.check else [sys.executable, "-m", "kills.driver"]
    with tempfile.TemporaryDirectory(prefix="kills-") as folder:
        checkout = Path(folder, "checkout")
        checkout.mkdir()
        started = time.monotonic()
        _again(command, checkout, Path(folder), counts)  # the first one takes longer than the others
        whole = time.monotonic() - started
        ends = time.monotonic() + options.seconds
        while counts.moments < options.moments and time.monotonic() < ends and not counts.reruns_that_failed:
            counts.moments += 1
            kind, delay = draw.choice(sorted(KINDS)), draw.random() * whole
            kept = ["--records", "records"] if draw.random() < 0.5 else []
            _moment(_started([*command, *kept], checkout, Path(folder)), kind, delay, checkout, counts)
            _again([*command, *([] if options.check else ["one-*"])], checkout, Path(folder), counts)
    print(json.dumps(vars(counts), indent=1))
    sys.exit(bool(counts.faults))


def _check(module: Path) -> list[str]:
    return [
        *(sys.executable, "-m", "harness", "check", str(module.absolute())),
        *("--format", "dot_keras,savedmodel", "--loader", "bare,code", "--results", "results.jsonl"),
    ]


def _moment(run: Run, kind: str, delay: float, checkout: Path, counts: Counts) -> None:
    """Interrupt a run after some seconds, and see what is left."""
    try:
        run.process.wait(delay)
    except subprocess.TimeoutExpired:
        if KINDS[kind](run):
            counts.by_kind[kind] += 1
    try:
        said = run.process.communicate(timeout=LATE)[1]
    except subprocess.TimeoutExpired:
        counts.fault("drivers_that_hung", kind)
        run.process.kill()
        said = run.process.communicate()[1]
    counts.exits[f"{kind}: {run.process.returncode}"] += 1
    if "Traceback" in said and NOT_BEGUN not in said:
        counts.fault("tracebacks", f"{kind}: {said[-2000:]}")
    ended = time.monotonic()
    while run.processes() and time.monotonic() < ended + SOON:
        time.sleep(0.05)
    counts.slowest = max(counts.slowest, round(time.monotonic() - ended, 2))
    for pid, (_, line) in run.processes().items():
        counts.fault("processes", f"{kind}: {line}")
        os.kill(pid, signal.SIGKILL)
    _look_around(run, checkout, kind, counts)


def _look_around(run: Run, checkout: Path, kind: str, counts: Counts) -> None:
    """Temporary folders, drafts of records, and lines of results that are none."""
    records = checkout / "records"
    drafts = [each for each in records.rglob(".*") if each.is_dir()] if records.exists() else []
    for each in (*run.temporary.iterdir(), *drafts):
        counts.fault("folders", f"{kind}: {each.name}")
        shutil.rmtree(each, ignore_errors=True)
    shutil.rmtree(run.temporary)
    for path in (*checkout.glob("*.jsonl"), *checkout.glob(".harness/runs/*/results.jsonl")):
        for line in path.read_text().splitlines(keepends=True):
            try:
                assert line.endswith("\n")
                json.loads(line)
            except (AssertionError, ValueError):
                counts.fault("torn_lines", f"{kind}: {line[-60:]!r}")


def _again(command: list[str], checkout: Path, folder: Path, counts: Counts) -> None:
    """The same run or a part of it, which nobody interrupts: it ends as it should, and every cell has a result."""
    run = _started([*command, "--records", "records"], checkout, folder)
    said = run.process.communicate()
    shutil.rmtree(run.temporary)
    path = checkout / ("results.jsonl" if "--results" in command else ".harness/results.jsonl")
    header, *cells = map(json.loads, path.read_text().splitlines()) if path.exists() else [{"run": {"intended": ["?"]}}]
    if run.process.returncode not in (0, 1 if "check" in command else 0) or len(cells) != len(
        header["run"]["intended"]
    ):
        counts.fault("reruns_that_failed", f"{run.process.returncode}: {said[0][-1000:]}{said[1][-2000:]}")


def _started(command: list[str], checkout: Path, folder: Path) -> Run:
    temporary = Path(tempfile.mkdtemp(prefix="t", dir=folder))
    mark = temporary.name
    variables = {**os.environ, "TMPDIR": str(temporary), MARK: mark, "NO_COLOR": "1"}
    variables["PYTHONPATH"] = os.pathsep.join([str(ROOT), PYTHONPATH])
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True}
    # A session of its own: nothing but what is sent to it reaches it.
    return Run(subprocess.Popen(command, cwd=checkout, env=variables, start_new_session=True, **pipes), mark, temporary)


def _end(kind: str) -> Callable[[Run], bool]:
    """Kill a process of a kind, as soon as there is one; whether there was."""

    def end(run: Run) -> bool:
        for _ in range(TRIES):
            if run.process.poll() is not None:
                return False
            found = run.of_kind(kind)
            if found:
                with contextlib.suppress(ProcessLookupError):  # it has just ended by itself
                    os.kill(found[-1], signal.SIGKILL)
                    return True
            time.sleep(0.01)
        return False

    return end


def _send(*numbers: int) -> Callable[[Run], bool]:
    def send(run: Run) -> bool:
        for number in numbers:
            run.process.send_signal(number)
            time.sleep(0.3 if len(numbers) > 1 else 0)
        return True

    return send


#: Who is interrupted, and how.
KINDS: dict[str, Callable[[Run], bool]] = {
    "driver, SIGKILL": _send(signal.SIGKILL),
    "driver, SIGTERM": _send(signal.SIGTERM),
    "driver, Ctrl-C": _send(signal.SIGINT),
    "driver, Ctrl-C twice": _send(signal.SIGINT, signal.SIGINT),
    "agent, SIGKILL": _end("agent"),
    "fork server, SIGKILL": _end("server"),
    "child, SIGKILL": _end("child"),
}


if __name__ == "__main__":
    main()
