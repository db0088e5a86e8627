"""A record: the folder that holds an artifact and all that a later reload needs to judge it.

    record.json                       layout, recipe, format, versions, digest and size of every other file
    artifact/NAME                     what the format wrote
    tokenizer/                        the tokenizer, as its library leaves it, if the model has one
    inputs.json, .safetensors         what the model is observed with
    reference.json, .safetensors      what was observed before saving, and what training on did

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
from typing import Any, Callable, Iterator, Mapping

from harness.nouns import HarnessError, InfrastructureError, Observation
from harness.record import arrays_and_json as store
from harness.record.arrays_and_json import is_text
from harness.record.batches import Inputs, mapped

#: Raised whenever a reader of the old layout could misread the new one.
LAYOUT = 2

_ABOUT, _ARTIFACT, _TOKENIZER, _INPUTS, _REFERENCE = "record.json", "artifact", "tokenizer", "inputs", "reference"


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

    @property
    def tokenizer(self) -> Path:
        return self.path / _TOKENIZER

    def inputs(self) -> Inputs:
        """What the model is observed with; text as Python's str, since Keras 3 refuses arrays of numpy's."""
        stored = store.read(self.path / _INPUTS)
        return Inputs(**{**stored, **{name: mapped(_as_str, stored[name]) for name in ("data", "probes")}})

    def reference(self) -> Observation:
        return read_observation(self.path / _REFERENCE)


def _as_str(array: Any) -> Any:
    return array.astype(object) if is_text(array) else array


class Draft:
    """A record in the making, beside its place: first the artifact is written, later the rest.

    Raises:
        InfrastructureError: The disk is full, or the folder cannot be written.
    """

    def __init__(self, path: Path, about: About) -> None:
        self._path, self._about = path, about
        with _disk_faults_in_one_sentence(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._folder = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
            (self._folder / _ARTIFACT).mkdir()

    def write(self, save: Callable[[Path], Any], package: Callable[[Path], Any] | None = None) -> None:
        """Let a function write the artifact to the path that it is given; and another a tokenizer, beside it."""
        with _disk_faults_in_one_sentence(self._path), self._gone_if_it_fails():
            save(self._folder / _ARTIFACT / self._about.artifact)
            if package is not None:
                package(self._folder / _TOKENIZER)

    def finish(self, inputs: Inputs, reference: Observation) -> Path:
        """Add what the artifact is judged by, and put the record in its place, whole."""
        with _disk_faults_in_one_sentence(self._path), self._gone_if_it_fails():
            stored = {"data": inputs.data, "probes": dict(inputs.probes), "texts": inputs.texts}
            store.write(self._folder / _INPUTS, stored)
            write_observation(self._folder / _REFERENCE, reference)
            about = {**vars(self._about), "files": _digests(self._folder)}
            (self._folder / _ABOUT).write_text(json.dumps(about, indent=1))
            self._folder.chmod(0o755)
            shutil.rmtree(self._path, ignore_errors=True)
            os.replace(self._folder, self._path)
        return self._path

    def discard(self) -> None:
        """Leave nothing behind, unless it is finished."""
        shutil.rmtree(self._folder, ignore_errors=True)

    @contextmanager
    def _gone_if_it_fails(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.discard()
            raise


def open_record(path: Path) -> Record:
    """Read a record after checking every file against its digest.

    Raises:
        HarnessError: It is no record, is of another layout, or a file is missing, altered or unknown.
    """
    record = read_record(path)
    actual = _digests(path)
    for name, digest in record.about.files.items():
        if name not in actual:
            raise HarnessError(f"{path}: the file {name} of this record is missing")
        if list(digest) != list(actual[name]):
            raise HarnessError(f"{path}: the file {name} was altered after the record was written (sha256 differs)")
    for name in actual:
        if name not in record.about.files:
            raise HarnessError(f"{path}: the file {name} was added after the record was written")
    return record


def read_record(path: Path) -> Record:
    """Read what a record says of itself.

    Raises:
        HarnessError: It is no record, or is of another layout.
    """
    try:
        stored = json.loads((path / _ABOUT).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        raise HarnessError(f"{path}: expected a record folder with a readable {_ABOUT}") from None
    layout = stored.get("layout", 0)
    if layout != LAYOUT:
        update = "update the harness" if layout > LAYOUT else "train and save again"
        raise HarnessError(f"{path}: a record of layout {layout}; this harness reads {LAYOUT}: {update}")
    return Record(path, About(**{**stored, "displaced": tuple(stored["displaced"])}))


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
