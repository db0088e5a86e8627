"""A record: the folder that holds an artifact and all that a later reload needs to judge it.

    record.json                       layout, recipe, format, versions, digest and size of every other file
    artifact/NAME                     what the format wrote
    inputs.json, .safetensors         what the model is observed with
    reference.json, .safetensors      what was observed before saving

A record appears whole or not at all: it is written beside its place and renamed.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Iterator, Mapping

from harness import store
from harness.case import HarnessError, InfrastructureError, Observation
from harness.observe import Inputs

#: Raised whenever a reader of the old layout could misread the new one.
LAYOUT = 1

_ABOUT, _ARTIFACT, _INPUTS, _REFERENCE = "record.json", "artifact", "inputs", "reference"


@dataclass(frozen=True)
class About:
    """What record.json says.

    Attributes:
        recipe: Id of the recipe that was trained.
        format: Name of the format that wrote the artifact.
        artifact: Name of the file or folder that it wrote.
        subject: Where the model's own code is found, for the loaders that have it.
        arguments: What it is found with.
        displaced: Weights that training did not move, and that were given a noise instead.
        versions: package -> version, in the process that saved.
        layout: Version of this folder's layout.
        files: path -> [sha256, bytes], of every other file.
    """

    recipe: str
    format: str
    artifact: str
    subject: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    displaced: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    layout: int = LAYOUT
    files: Mapping[str, tuple[str, int]] = field(default_factory=dict)


@dataclass(frozen=True)
class Record:
    """A record on disk, and what it says of itself."""

    path: Path
    about: About

    @property
    def artifact(self) -> Path:
        return self.path / _ARTIFACT / self.about.artifact

    @property
    def size(self) -> int:
        """Bytes of the artifact."""
        return sum(size for name, (_, size) in self.about.files.items() if name.startswith(f"{_ARTIFACT}/"))

    def inputs(self) -> Inputs:
        stored = store.read(self.path / _INPUTS)
        return Inputs(stored["data"], stored["probes"])

    def reference(self) -> Observation:
        return read_observation(self.path / _REFERENCE)


@contextmanager
def new_record(path: Path, about: About, inputs: Inputs, reference: Observation) -> Iterator[Path]:
    """Write a record; the body writes the artifact to the path that it is given.

    Raises:
        InfrastructureError: The disk is full, or the folder cannot be written.
    """
    with _disk_faults_in_one_sentence(path):
        path.parent.mkdir(parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
        try:
            (draft / _ARTIFACT).mkdir()
            yield draft / _ARTIFACT / about.artifact
            store.write(draft / _INPUTS, {"data": inputs.data, "probes": dict(inputs.probes)})
            write_observation(draft / _REFERENCE, reference)
            (draft / _ABOUT).write_text(json.dumps({**vars(about), "files": _digests(draft)}, indent=1))
            draft.chmod(0o755)
            shutil.rmtree(path, ignore_errors=True)
            os.replace(draft, path)
        finally:
            shutil.rmtree(draft, ignore_errors=True)


def open_record(path: Path) -> Record:
    """Open a record after checking every file against its digest.

    Raises:
        HarnessError: It is no record, is of a newer layout, or a file is missing, altered or unknown.
    """
    try:
        stored = json.loads((path / _ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise HarnessError(f"{path}: expected a record folder with a readable {_ABOUT}") from None
    if stored.get("layout", 0) > LAYOUT:
        raise HarnessError(
            f"{path}: a record of layout {stored['layout']}; this harness reads up to {LAYOUT}: update the harness"
        )
    about = About(**{**stored, "displaced": tuple(stored["displaced"])})
    actual = _digests(path)
    for name, digest in about.files.items():
        if name not in actual:
            raise HarnessError(f"{path}: the file {name} of this record is missing")
        if list(digest) != list(actual[name]):
            raise HarnessError(f"{path}: the file {name} was altered after the record was written (sha256 differs)")
    for name in actual:
        if name not in about.files:
            raise HarnessError(f"{path}: the file {name} was added after the record was written")
    return Record(path, about)


def write_observation(path: Path, observation: Observation) -> None:
    facts = {aspect: dict(names) for aspect, names in observation.facts.items()}
    store.write(path, {"facts": facts, "unobservable": dict(observation.unobservable)})


def read_observation(path: Path) -> Observation:
    return Observation(**store.read(path))


def _digests(folder: Path) -> dict[str, tuple[str, int]]:
    files = sorted(each for each in folder.rglob("*") if each.is_file() and each != folder / _ABOUT)
    return {each.relative_to(folder).as_posix(): (_sha256(each), each.stat().st_size) for each in files}


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


@contextmanager
def _disk_faults_in_one_sentence(path: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # TensorFlow and HDF5 wrap the system's error in their own, and keep only its text.
        if getattr(error, "errno", None) == errno.ENOSPC or os.strerror(errno.ENOSPC) in str(error):
            raise InfrastructureError(
                f"{path}: the disk is full; free some space, or give --records another folder"
            ) from None
        if isinstance(error, OSError) and error.errno in (
            errno.EACCES,
            errno.EPERM,
            errno.EROFS,
            errno.ENOTDIR,
            errno.EEXIST,
        ):
            raise InfrastructureError(
                f"{path}: cannot be written ({error.strerror}); expected a writable folder"
            ) from None
        raise
