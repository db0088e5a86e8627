"""A record: the folder that holds an artifact and all that a later reload needs to judge it.

    record.json                       layout, recipe, format, versions, digest and size of every other file
    record.json.sha256                its own digest, as sha256sum writes and checks it
    artifact/NAME                     what the format wrote
    tokenizer/                        the tokenizer, as its library leaves it, if the model has one
    inputs.json, .safetensors         what the model is observed with
    reference.json, .safetensors      what was observed before saving, and what training on did

A record appears whole or not at all: it is written beside its place and renamed. What the records of one training are
judged by is written once: they share the files (hard links), and each is whole by itself when it is copied.
"""

from __future__ import annotations

import errno
import hashlib
import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping

from harness.nouns import HarnessError, InfrastructureError
from harness.observation import Observation
from harness.record import arrays_and_json as store
from harness.record.about import HAS_A_DIGEST, About, AnotherLayout, as_json, from_json
from harness.record.arrays_and_json import is_text
from harness.record.batches import Inputs, mapped
from harness.record.files import copy_what_links_point_to, read_whole, regular_files, sha256
from harness.record.observations import read_observation, write_observation
from harness.record.structured import Malformed, structured
from harness.words import told

_ABOUT, _ARTIFACT, _TOKENIZER, _INPUTS, _REFERENCE = "record.json", "artifact", "tokenizer", "inputs", "reference"
_DIGEST = f"{_ABOUT}.sha256"
#: Bytes of a record.json. That of ten thousand files has one and a half million.
_MOST = 1 << 26


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

    @contextmanager
    def moved(self, parent: Path) -> Iterator[Path]:
        """The artifact in another folder, as it will be when somebody loads it, with what was written beside it.

        Args:
            parent: An existing folder, best on the same disk: files are linked, or copied where they cannot be.
        """
        folder = Path(tempfile.mkdtemp(prefix="moved-", dir=parent))
        try:
            shutil.copytree(self.path / _ARTIFACT, folder / _ARTIFACT, copy_function=_link_or_copy)
            yield folder / _ARTIFACT / self.about.artifact
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def inputs(self) -> Inputs:
        """What the model is observed with; text as Python's str, since Keras 3 refuses arrays of numpy's.

        Raises:
            HarnessError: The files are damaged.
        """
        with self._told_apart(_INPUTS, "what the model is to be observed with"):
            stored = structured(Inputs, store.read(self.path / _INPUTS))
            if len(stored.data) not in (2, 3):
                raise Malformed(f"data: expected a list of 2 or 3. Received: {len(stored.data)}")
            return replace(stored, data=mapped(_as_str, stored.data), probes=mapped(_as_str, stored.probes))

    def reference(self) -> Observation:
        """What the artifact is judged by.

        Raises:
            HarnessError: The files are damaged.
        """
        with self._told_apart(_REFERENCE, "what the artifact is to be judged by"):
            return read_observation(self.path / _REFERENCE)

    @contextmanager
    def _told_apart(self, name: str, what: str) -> Iterator[None]:
        """That these files cannot be read says nothing of the artifact."""
        try:
            yield
        except MemoryError:
            raise
        except Exception as error:  # whatever libraries raise of bytes that somebody else wrote
            why = str(error) if isinstance(error, Malformed) else told(error)
            raise HarnessError(
                f"{self.path}: {name}.json and {name}.safetensors, {what}, are damaged ({' '.join(why.split())}); "
                "of the artifact that says nothing"
            ) from None


def _link_or_copy(source: str | Path, target: str | Path) -> None:
    """For a file system that has no links, a copy."""
    try:
        os.link(source, target)
    except OSError:
        shutil.copyfile(source, target)


def _as_str(array: Any) -> Any:
    return array.astype(object) if is_text(array) else array


@dataclass(frozen=True)
class Reference:
    """What the records of one training are judged by, as files that each of them gets.

    Attributes:
        folder: Where they are, until all records are finished.
        files: name -> (sha256, bytes).
    """

    folder: Path
    files: Mapping[str, tuple[str, int]]

    @classmethod
    @contextmanager
    def written(cls, parent: Path, inputs: Inputs, observation: Observation) -> Iterator[Reference]:
        """Write it to a folder among the records, which goes when they have it.

        Raises:
            InfrastructureError: The disk is full, or the folder cannot be written.
        """
        with _disk_faults_in_one_sentence(parent):
            folder = Path(tempfile.mkdtemp(prefix=".reference-", dir=parent))
        try:
            with _disk_faults_in_one_sentence(parent):
                stored = {"data": inputs.data, "probes": dict(inputs.probes), "texts": inputs.texts}
                store.write(folder / _INPUTS, stored)
                write_observation(folder / _REFERENCE, observation)
                found = cls(folder, _digests(folder))
            yield found
        finally:
            shutil.rmtree(folder, ignore_errors=True)

    def copy_to(self, folder: Path) -> None:
        """Link the files, or copy them where a file system has no links."""
        for name in self.files:
            _link_or_copy(self.folder / name, folder / name)


class Draft:
    """A record in the making: first the artifact is written, later the rest.

    Args:
        path: What it becomes.
        about: What it says of itself.
        drafts: An existing folder on the same disk, where it is until then; None for one beside its place.

    Raises:
        InfrastructureError: The disk is full, or the folder cannot be written.
    """

    def __init__(self, path: Path, about: About, drafts: Path | None = None) -> None:
        self.path, self._about = path, about
        with _disk_faults_in_one_sentence(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._folder = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=drafts or path.parent))
            (self._folder / _ARTIFACT).mkdir()

    def write(self, save: Callable[[Path], Any], package: Callable[[Path], Any] | None = None) -> None:
        """Let a function write the artifact to the path that it is given; and another a tokenizer, beside it."""
        with _disk_faults_in_one_sentence(self.path), self._gone_if_it_fails():
            save(self._folder / _ARTIFACT / self._about.artifact)
            if package is not None:
                package(self._folder / _TOKENIZER)
            copy_what_links_point_to(self._folder)

    def finish(self, reference: Reference) -> Path:
        """Add what the artifact is judged by, and put the record in its place, whole."""
        with _disk_faults_in_one_sentence(self.path), self._gone_if_it_fails():
            about = replace(self._about, files=dict(sorted({**_digests(self._folder), **reference.files}.items())))
            reference.copy_to(self._folder)
            said = as_json(about)
            (self._folder / _ABOUT).write_bytes(said)
            (self._folder / _DIGEST).write_text(f"{hashlib.sha256(said).hexdigest()}  {_ABOUT}\n")
            self._folder.chmod(0o755)
            shutil.rmtree(self.path, ignore_errors=True)
            os.replace(self._folder, self.path)
        return self.path

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
    aside = {_ABOUT, _DIGEST} if record.about.layout >= HAS_A_DIGEST else {_ABOUT}
    try:
        actual = _digests(path, frozenset(aside))
    except OSError as error:
        raise HarnessError(
            f"{error.filename or path}: a file of this record cannot be read ({error.strerror})"
        ) from None
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
        HarnessError: It is no record, is of another layout, or what it says is damaged.
    """
    try:
        said = read_whole(path / _ABOUT, _MOST)
    except OSError:
        raise HarnessError(f"{path}: expected a record folder with a readable {_ABOUT}") from None
    try:
        about = from_json(said)
    except Malformed as error:
        raise HarnessError(f"{path}: {_ABOUT} is damaged: {error}") from None
    except AnotherLayout as error:
        raise HarnessError(f"{path}: {error}") from None
    if about.layout >= HAS_A_DIGEST:
        _check_against_its_digest(path, said)
    return Record(path, about)


def _check_against_its_digest(path: Path, said: bytes) -> None:
    try:
        digest = read_whole(path / _DIGEST, _MOST).split(b" ")[0].strip()
    except OSError:
        raise HarnessError(f"{path}: the file {_DIGEST} of this record is missing") from None
    if digest != hashlib.sha256(said).hexdigest().encode():
        raise HarnessError(f"{path}: {_ABOUT} was altered after the record was written ({_DIGEST} is another)")


def _digests(folder: Path, aside: frozenset[str] = frozenset()) -> dict[str, tuple[str, int]]:
    """Of every file below a folder but some that lie in it."""
    files = [each for each in regular_files(folder) if each.parent != folder or each.name not in aside]
    return {each.relative_to(folder).as_posix(): (sha256(each), each.stat().st_size) for each in files}


#: What is no fault of a format that writes.
_NO_ROOM = {
    errno.ENOSPC: "the disk is full; free some space, or give --records another folder",
    errno.EDQUOT: "the quota of this user is used up; free some space, or give --records another folder",
    errno.EFBIG: "a file may not become that large here (ulimit -f)",
}


@contextmanager
def _disk_faults_in_one_sentence(path: Path) -> Iterator[None]:
    try:
        yield
    except Exception as error:
        # TensorFlow and HDF5 wrap the system's error in their own, and keep only its text.
        for number, sentence in _NO_ROOM.items():
            if getattr(error, "errno", None) == number or os.strerror(number) in str(error):
                raise InfrastructureError(f"{path}: {sentence}") from None
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
