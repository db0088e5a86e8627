"""Damage records and count what comes of it: `python -m fuzz --count 5000 [RECORD ...]`, in tests/.

Without records those of tests/hostile.py that are harmless are damaged, which takes no TensorFlow. With --verify each
damaged record that nothing stops is loaded and judged as well, by processes that stay warm, and a second look at its
values (oracle.py) says whether one that was changed is judged as kept.
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
import sys
import tempfile
import time
import traceback
from dataclasses import replace
from pathlib import Path
from typing import Callable

from hostile import HARMLESS, record_of
from places import TESTS, TOYS

from fuzz.mutations import mutated
from fuzz.oracle import Seen, silently_accepted
from harness.driver.plans import Load
from harness.driver.run import Run
from harness.driver.settings import Settings
from harness.entry.trust import Trust, loads
from harness.environment import Environment
from harness.formats import find_format
from harness.inspection.danger import Found
from harness.inspection.inspect import inspect
from harness.nouns import BARE, Case, HarnessError, Recipe
from harness.observation import Observation
from harness.processes.fleet import AgentHandle, Fleet
from harness.record.record import open_record
from harness.verdict import Verdict

#: Seconds until reading a record counts as a hang.
LIMIT = 10


class Watched(Environment):
    """Its fresh processes keep the values of what they have loaded."""

    reload = "fuzz.oracle:reload"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("records", nargs="*", type=Path)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--seconds", type=float, default=float("inf"), help="begin none after so many")
    parser.add_argument("--verify", action="store_true", help="load them too; takes records and TensorFlow")
    parser.add_argument("--keras", default="2", choices=("2", "3"))
    options = parser.parse_args()
    counts: collections.Counter[str] = collections.Counter()
    faults = []
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        originals = options.records or _samples(Path(folder))
        draw, sound = random.Random(options.seed), {}
        ends = time.monotonic() + options.seconds
        for number in range(options.count):
            if time.monotonic() > ends:
                break
            copy = Path(folder) / str(number)
            original = draw.choice(originals)
            shutil.copytree(original, copy)
            told = f"{number}: {mutated(copy, draw)}"
            found = _outcomes(copy)
            counts.update(f"{what} {outcome}" for what, (outcome, _) in found.items())
            faults += [f"{told}: {fault}" for _, fault in found.values() if fault]
            if options.verify and {"read"} == {outcome for outcome, _ in found.values()}:
                sound[copy] = (original, told)
            else:
                shutil.rmtree(copy)
        if options.verify:
            judged, silent = _judged(sound, options.keras, Path(folder))
            counts.update(judged)
            faults += silent
    print(json.dumps({"outcomes": dict(sorted(counts.items())), "faults": faults}, indent=1))
    sys.exit(bool(faults))


def _samples(folder: Path) -> list[Path]:
    formats = {"hdf5": "whole_h5", "hdf5_in_keras": "dot_keras", "dense": "dot_keras", "metadata": "savedmodel"}
    found = []
    for name, format in formats.items():
        with contextlib.suppress(ImportError):  # h5py
            found.append(record_of(folder / f"of-{name}", format, "artifact", HARMLESS[name]))
    return found


def _outcomes(record: Path) -> dict[str, tuple[str, str]]:
    """What inspecting the artifact and reading the record come to, with the traceback where that is a fault."""
    artifact, fault = _apart(lambda: _inspected(record / "artifact"))
    if artifact in ("hang", "crash"):  # of a C library: for this `inspect_apart` is a process of its own, and says it
        artifact, fault = "ended by a limit", ""
    return {"artifact": (artifact, fault), "record": _apart(lambda: _read(record))}


def _inspected(artifact: Path) -> str:
    """Also where the record itself is refused: an artifact comes without one, too."""
    found = inspect(artifact) if artifact.exists() or artifact.is_symlink() else Found()
    return "dangerous" if found.dangers else "not to be looked into" if found.unread else "read"


def _read(record: Path) -> str:
    kept = open_record(record)
    kept.inputs(), kept.reference()
    loads(kept, [], Trust(subject=TOYS / "toy.py"))
    return "read"


def _apart(function: Callable[[], str]) -> tuple[str, str]:
    """What a function comes to in a process of its own, which a hang or a crash does not outlive."""
    ours, theirs = os.pipe()
    child = os.fork()
    if not child:
        signal.alarm(LIMIT)  # ends the process, whatever it is in
        os.write(theirs, json.dumps(_told(function)).encode())
        os._exit(0)
    os.close(theirs)
    with os.fdopen(ours, "rb") as file:
        told = file.read()
    status = os.waitpid(child, 0)[1]
    if os.WIFSIGNALED(status):
        hang = os.WTERMSIG(status) == signal.SIGALRM
        return ("hang" if hang else "crash"), f"ended by {signal.Signals(os.WTERMSIG(status)).name}"
    outcome, fault = json.loads(told)
    return outcome, fault


def _told(function: Callable[[], str]) -> tuple[str, str]:
    try:
        return function(), ""
    except HarnessError as error:
        return ("refused", "") if "\n" not in str(error) else ("refused in several lines", str(error))
    except Exception:
        return "exception", traceback.format_exc()[-4000:]


def _judged(
    records: dict[Path, tuple[Path, str]], keras: str, folder: Path
) -> tuple[collections.Counter[str], list[str]]:
    """What loading and judging comes to of records that nothing stopped, and which changed values are judged as kept.

    Args:
        records: Damaged record -> the one that it was, and what was done to it.
        keras: "2" or "3".
        folder: For logs and values.
    """
    every = [path for path in dict.fromkeys([*(each for each, _ in records.values()), *records]) if _is_loaded(path)]
    cases = {path: Case(Recipe(f"damaged{number}", ""), _format(path), BARE) for number, path in enumerate(every)}
    kept = folder / "values"
    settings = Settings(folder / "logs", kept, seconds=120, memory=12 << 30, file_size=1 << 30)
    environment = Watched(keras=keras).without_library()
    # A load without the user's code finds the oracle only among what its interpreter has.
    fleet = Fleet(
        environment, settings.logs, start=lambda name, setup: AgentHandle(name, replace(setup, path=(str(TESTS),)))
    )
    try:
        with Run([Load({case: path for path, case in cases.items()})], environment, settings, fleet) as verdicts:
            seen = {path: _seen(path, verdicts[case], kept) for path, case in cases.items()}
    finally:
        fleet.close()
    counts: collections.Counter[str] = collections.Counter()
    silent = []
    for path, (original, told) in records.items():
        if path not in seen:
            continue
        before, after = seen[original], seen[path]
        verdict = after.verdict
        assert not before.verdict.stage, before.verdict.failure
        if verdict.stage:
            counts["load failed"] += 1
        elif verdict.lost != before.verdict.lost:
            counts["load differs"] += 1
        else:
            counts[
                "load as before, " + ("no value is other" if after.values == before.values else "though values are")
            ] += 1
        silent += [] if verdict.stage else [f"{told}: {each}" for each in silently_accepted(before, after)]
    return counts, silent


def _seen(path: Path, verdict: Verdict, values: Path) -> Seen:
    if verdict.stage:
        return Seen(verdict, {}, Observation({}))
    said = json.loads((values / f"{verdict.case.id}.values.json").read_text())
    return Seen(verdict, said, open_record(path).reference())


def _format(path: Path) -> str:
    return open_record(path).about.format


def _is_loaded(path: Path) -> bool:
    return BARE in find_format(_format(path)).keeps


if __name__ == "__main__":
    main()
