"""Damage records and count what comes of it: `python -m fuzz --count 5000 [RECORD ...]`, in tests/.

Without records those of tests/hostile.py that are harmless are damaged, which takes no TensorFlow. With --verify each
damaged record is loaded and judged as well, by processes that stay warm.
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
import traceback
from pathlib import Path
from typing import Callable

from hostile import HARMLESS, record_of
from places import TOYS

from fuzz.mutations import mutated
from harness.driver.plans import Load
from harness.driver.run import Run
from harness.driver.settings import Settings
from harness.entry.trust import Trust, loads
from harness.environment import Environment
from harness.formats import find_format
from harness.inspection.danger import Found
from harness.inspection.inspect import inspect
from harness.nouns import BARE, Case, HarnessError, Recipe
from harness.record.record import open_record

#: Seconds until reading a record counts as a hang.
LIMIT = 10


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m fuzz", description=__doc__.splitlines()[0])
    parser.add_argument("records", nargs="*", type=Path)
    parser.add_argument("--count", type=int, default=300)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--verify", action="store_true", help="load them too; takes records and TensorFlow")
    parser.add_argument("--keras", default="2", choices=("2", "3"))
    options = parser.parse_args()
    counts: collections.Counter[str] = collections.Counter()
    faults = []
    with tempfile.TemporaryDirectory(prefix="fuzz-") as folder:
        originals = options.records or _samples(Path(folder))
        draw, sound = random.Random(options.seed), {}
        for number in range(options.count):
            copy = Path(folder) / str(number)
            shutil.copytree(draw.choice(originals), copy)
            told = mutated(copy, draw)
            found = _outcomes(copy)
            counts.update(f"{what} {outcome}" for what, (outcome, _) in found.items())
            faults += [f"{told}: {fault}" for _, fault in found.values() if fault]
            if options.verify and {"read"} == {outcome for outcome, _ in found.values()}:
                sound[number] = copy
            else:
                shutil.rmtree(copy)
        if options.verify:
            counts.update(_judged(sound, options.keras, Path(folder)))
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


def _judged(records: dict[int, Path], keras: str, folder: Path) -> collections.Counter[str]:
    """What loading and judging comes to, of records that nothing stopped."""
    counts: collections.Counter[str] = collections.Counter()
    cases = {}
    for number, path in records.items():
        format = open_record(path).about.format
        if BARE in find_format(format).keeps:
            cases[Case(Recipe(f"damaged{number}", ""), format, BARE)] = path
    settings = Settings(folder / "logs", seconds=120, memory=12 << 30, file_size=1 << 30)
    with Run([Load(cases)], Environment(keras=keras), settings) as verdicts:
        for verdict in verdicts:
            counts["load " + ("failed" if verdict.stage else "differs" if verdict.lost else "is as it was")] += 1
    return counts


if __name__ == "__main__":
    main()
