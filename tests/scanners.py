"""What other scanners say of the hostile samples: in tests/, `python -m scanners BIN` prints the table.

BIN is the bin folder of an environment of its own: `pip install modelscan picklescan fickling h5py tensorflow`. They go
by a file's suffix, so each sample has the one of its format. What is no file or folder they would wait for.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Mapping

from hostile import HARMLESS, HARMLESS_CONFIGS, SAMPLES

from harness.inspection.inspect import inspect
from harness.report.markdown import markdown_table

SUFFIXES = {"dot_keras": ".keras", "whole_h5": ".h5", "savedmodel": ""}
NOT_TRIED = frozenset({"fifo", "link", "folder_link"})


def main() -> None:
    binaries = Path(sys.argv[1]).absolute()
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary, "samples")
        samples = dict(_written(folder))
        found = {
            "inspect": {name for name, path in samples.items() if inspect(path).dangers},
            "modelscan": _by_modelscan(binaries, folder),
            "picklescan": _by_picklescan(binaries, folder),
            "fickling": {name for name, path in samples.items() if _is_unsafe_by_fickling(binaries, path)},
        }
    print(markdown_table([["kind", "samples", *found], *_rows(samples, found)]))


def _rows(samples: Mapping[str, Path], found: Mapping[str, set[str]]):
    """By kind of danger, how many samples there are, and how many of them each scanner names."""
    kinds = {name: SAMPLES[name][1] if name in SAMPLES else "harmless" for name in samples}
    for kind in dict.fromkeys(kinds.values()):
        of_it = {name for name in samples if kinds[name] == kind}
        yield [kind, str(len(of_it)), *(str(len(names & of_it)) for names in found.values())]


def _written(folder: Path):
    hostile = {name: (SUFFIXES[format], write) for name, (format, _, write) in SAMPLES.items() if name not in NOT_TRIED}
    for name, (suffix, write) in {
        **hostile,
        **{name: (_suffix(name), each) for name, each in HARMLESS.items()},
    }.items():
        path = folder / name / f"model{suffix}"
        path.parent.mkdir(parents=True)
        write(path)
        yield name, path


def _suffix(name: str) -> str:
    if name == "hdf5":
        return ".h5"
    return ".keras" if name in {*HARMLESS_CONFIGS, "hdf5_in_keras"} else ""


def _by_modelscan(binaries: Path, folder: Path) -> set[str]:
    output = folder.parent / "modelscan.json"
    _run(binaries / "modelscan", "-p", folder, "-r", "json", "-o", output)
    issues = json.loads(output.read_text())["issues"]
    return {Path(each["source"]).parts[0] for each in issues}


def _by_picklescan(binaries: Path, folder: Path) -> set[str]:
    lines = _run(binaries / "picklescan", "-p", folder).splitlines()
    named = [line for line in lines if "dangerous import" in line]
    return {Path(line.partition(str(folder))[2].lstrip("/")).parts[0] for line in named}


def _is_unsafe_by_fickling(binaries: Path, path: Path) -> bool:
    """It takes one file, and exits with 1 also of what is no pickle; of that it says why in a traceback."""
    files = [path] if path.is_file() else [each for each in path.rglob("*") if each.is_file()]
    said = [_run(binaries / "fickling", "--check-safety", "--print-results", each) for each in files]
    return any("Traceback" not in each and "unsafe" in each.lower() for each in said)


def _run(*command: object) -> str:
    """What a command says, in a folder of its own: fickling leaves its results where it works."""
    words = list(map(str, command))
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(words, capture_output=True, text=True, errors="replace", check=False, cwd=folder)
    return done.stdout + done.stderr


if __name__ == "__main__":
    main()
