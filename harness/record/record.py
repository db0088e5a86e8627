"""A record: the folder that holds an artifact and all that a later reload needs to judge it.

    record.json                       layout, recipe, format, versions, digest and size of every other file
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
import json
import os
import shutil
import tempfile
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field, replace
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping

from harness.formats import Format
from harness.nouns import Answer, Call, Clue, HarnessError, Hidden, InfrastructureError, Observation, Recipe
from harness.record import arrays_and_json as store
from harness.record.arrays_and_json import is_text
from harness.record.batches import Inputs, mapped

#: Raised whenever a reader of the old layout could misread the new one; every layout since 2 is read for ever.
#: 3: the recipe is one object, and an observation tells what it could not show apart from what raised.
#: 4: no weight is displaced, and the hash seed is told; complex numbers, bytes, ragged and sparse arrays are stored.
LAYOUT = 4
OLDEST = 2

_ABOUT, _ARTIFACT, _TOKENIZER, _INPUTS, _REFERENCE = "record.json", "artifact", "tokenizer", "inputs", "reference"


@dataclass(frozen=True)
class About:
    """What record.json says.

    Attributes:
        recipe: What was trained; where the model's own code is, for the loaders that have it.
        format: Name of the format that wrote the artifact.
        artifact: Name of the file or folder that it wrote.
        hash_seed: PYTHONHASHSEED of the process that trained; "" where that is not known.
        clues: What the model had that is known to get lost.
        versions: package -> version, in the process that saved.
        processor: What it ran on; "" where that is not known.
        layout: Version of this folder's layout.
        files: path -> [sha256, bytes], of every other file.
    """

    recipe: Recipe
    format: str = ""
    artifact: str = ""
    hash_seed: str = ""
    clues: tuple[Clue, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    processor: str = ""
    layout: int = LAYOUT
    files: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    def of(self, format: Format) -> About:
        """The same, of what a format writes."""
        return replace(self, format=format.name, artifact=format.artifact)


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
        """What the model is observed with; text as Python's str, since Keras 3 refuses arrays of numpy's."""
        stored = store.read(self.path / _INPUTS)
        return Inputs(**{**stored, **{name: mapped(_as_str, stored[name]) for name in ("data", "probes")}})

    def reference(self) -> Observation:
        return read_observation(self.path / _REFERENCE)


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
    """A record in the making, beside its place: first the artifact is written, later the rest.

    Raises:
        InfrastructureError: The disk is full, or the folder cannot be written.
    """

    def __init__(self, path: Path, about: About) -> None:
        self.path, self._about = path, about
        with _disk_faults_in_one_sentence(path):
            path.parent.mkdir(parents=True, exist_ok=True)
            self._folder = Path(tempfile.mkdtemp(prefix=f".{path.name}-", dir=path.parent))
            (self._folder / _ARTIFACT).mkdir()

    def write(self, save: Callable[[Path], Any], package: Callable[[Path], Any] | None = None) -> None:
        """Let a function write the artifact to the path that it is given; and another a tokenizer, beside it."""
        with _disk_faults_in_one_sentence(self.path), self._gone_if_it_fails():
            save(self._folder / _ARTIFACT / self._about.artifact)
            if package is not None:
                package(self._folder / _TOKENIZER)

    def finish(self, reference: Reference) -> Path:
        """Add what the artifact is judged by, and put the record in its place, whole."""
        with _disk_faults_in_one_sentence(self.path), self._gone_if_it_fails():
            about = replace(self._about, files=dict(sorted({**_digests(self._folder), **reference.files}.items())))
            reference.copy_to(self._folder)
            (self._folder / _ABOUT).write_text(json.dumps(asdict(about), indent=1))
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
    if not OLDEST <= layout <= LAYOUT:
        update = "update the harness" if layout > LAYOUT else "train and save again"
        raise HarnessError(f"{path}: a record of layout {layout}; this harness reads {OLDEST} to {LAYOUT}: {update}")
    if layout == 2:
        subject, arguments = stored.pop("subject"), stored.pop("arguments")
        stored["recipe"] = {"id": stored["recipe"], "subject": subject, "arguments": arguments}
    stored.pop("displaced", None)  # until layout 3: it was for people to read
    recipe = Recipe(**{**stored["recipe"], "needs": tuple(stored["recipe"].get("needs", ()))})
    clues = tuple(Clue(**each) for each in stored.get("clues", ()))
    return Record(path, About(**{**stored, "recipe": recipe, "clues": clues}))


def write_observation(path: Path, observation: Observation) -> None:
    facts = {aspect: dict(names) for aspect, names in observation.facts.items()}
    hidden = {aspect: asdict(why) for aspect, why in observation.hidden.items()}
    calls = {aspect: [asdict(each) for each in calls] for aspect, calls in observation.calls.items()}
    store.write(path, {"facts": facts, "hidden": hidden, "said": list(observation.said), "calls": calls})


def read_observation(path: Path) -> Observation:
    stored = store.read(path)
    if "unobservable" in stored:  # layout 2
        hidden = {aspect: _hidden_of_layout_2(why) for aspect, why in stored["unobservable"].items()}
        return Observation(stored["facts"], hidden)
    hidden = {aspect: Hidden(**why) for aspect, why in stored["hidden"].items()}
    calls = {aspect: tuple(map(_call, calls)) for aspect, calls in stored.get("calls", {}).items()}
    return Observation(stored["facts"], hidden, tuple(stored["said"]), calls)


def _call(stored: Mapping[str, Any]) -> Call:
    return Call(**{**stored, "answers": tuple(Answer(**each) for each in stored["answers"])})


def _hidden_of_layout_2(why: str) -> Hidden:
    raised = why.startswith("raised ")
    return Hidden(why.replace("raised ", "", 1) if raised else why, raised)


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
