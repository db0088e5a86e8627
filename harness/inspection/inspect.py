"""Inspect a path: what it is, by its content and never by its suffix, and what of it is dangerous to load."""

from __future__ import annotations

import io
import os
import shutil
import tempfile
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import BinaryIO, Callable, Iterator

from harness.inspection.configs import dangers_of, read_json
from harness.inspection.danger import Container, Danger, Found, Unreadable
from harness.inspection.hdf5 import inspect_hdf5
from harness.inspection.hidden_code import COMPRESSED, begins_a_pickle
from harness.inspection.savedmodels import CHUNKS, GRAPH, METADATA, TEXT, inspect_graph, inspect_metadata, inspect_text
from harness.inspection.sizes import MOST
from harness.inspection.zips import inspect_zip
from harness.nouns import HarnessError
from harness.record.about import is_within
from harness.record.files import kind_of
from harness.record.record import read_record

_HEAD = 4096
_BLOCK = 1 << 20
_HDF5 = b"\x89HDF\r\n\x1a\n"
#: The last bytes of a TensorBundle's index, a table of LevelDB.
_TABLE = bytes.fromhex("57fb808b247547db")
#: Where the file `checkpoint` names one.
_CHECKPOINTS = ("model_checkpoint_path", "all_model_checkpoint_paths")
#: Archives within archives.
_DEPTH = 3


def inspect(path: Path) -> Found:
    """Look into a record, an artifact or a folder of them, without loading anything.

    Raises:
        HarnessError: There is nothing, or a record.json that is damaged.
    """
    if not path.exists() and not path.is_symlink():
        raise HarnessError(f"{path}: expected a record or an artifact; there is none")
    if path.is_dir() and (path / "record.json").is_file():
        return _record(path)
    return _path(path.resolve(), path.name)


def _record(path: Path) -> Found:
    """What the harness has written beside the artifact is read by no loader."""
    about = read_record(path).about
    found = [Found((Container(path.name, f"record of {about.recipe.id} in {about.format}", about.versions),))]
    for name in ("artifact", "tokenizer"):
        if (path / name).exists() or (path / name).is_symlink():
            found.append(_path(path / name, name))
    return Found.joined(found)


def _path(path: Path, where: str) -> Found:
    mode = path.lstat().st_mode
    kind = kind_of(mode)
    if kind:
        what = f"{kind} to {os.readlink(path)!r}" if path.is_symlink() else kind
        return Found((), (Danger("link" if path.is_symlink() else "special", where, what),))
    if path.is_dir():
        return Found.joined(_path(each, f"{where}/{each.name}") for each in sorted(path.iterdir()))
    try:
        with path.open("rb") as file:
            return _by_name(path, file, where) or _by_content(file, where)
    except OSError as error:
        return Found(unread=(f"{where}: cannot be read ({error.strerror})",))


def _by_name(path: Path, file: BinaryIO, where: str) -> Found | None:
    """The files of a SavedModel and of a checkpoint, whose loaders go by their names; None for any other."""
    readers: dict[str, Callable[[bytes, str], Found]] = {
        GRAPH: inspect_graph,
        METADATA: inspect_metadata,
        TEXT: inspect_text,
        "checkpoint": _checkpoint_state,
    }
    if path.name == CHUNKS:
        return Found((Container(where, "SavedModel"),), unread=(f"{where}: a graph in chunks is not looked into",))
    return _told(where, lambda: readers[path.name](_whole(file), where)) if path.name in readers else None


def _by_content(file: BinaryIO, where: str, depth: int = 0) -> Found:
    """One file, or a member of an archive. What is not recognised is read by no loader as anything but bytes."""
    head = file.read(_HEAD)
    if head[:4] == b"PK\x03\x04" or head[:4] == b"PK\x05\x06":
        if depth == _DEPTH:
            return Found(unread=(f"{where}: an archive {depth} deep in others is not looked into",))
        return _told(where, lambda: _archive(file, head, where, depth + 1))
    if _HDF5 in (head[start : start + 8] for start in (0, 512, 1024, 2048)):
        return _told(where, lambda: _hdf5(file, head, where))
    if head[:6] == b"\x93NUMPY":
        dangers = [Danger("pickle", where, "an array of objects")] if b"'|O'" in head or b"'O'" in head else []
        return Found((Container(where, "numpy"),), tuple(dangers))
    if head[8:10] == b'{"' and int.from_bytes(head[:8], "little") < MOST:
        return Found((Container(where, "safetensors"),))
    if head.lstrip(b"\xef\xbb\xbf \t\r\n")[:1] in (b"{", b"["):
        return _told(where, lambda: _json(head + _whole(file), where))
    # Of bz2 nothing can be read before a block is whole.
    if begins_a_pickle(head + file.read(_BLOCK) if head.startswith(COMPRESSED) else head):
        return Found((Container(where, "pickle"),), (Danger("pickle", where, "a pickle"),))
    return Found((Container(where, "checkpoint"),)) if _ends_with(file, head, _TABLE) else Found()


def _told(where: str, read: Callable[[], Found]) -> Found:
    try:
        return read()
    except Unreadable as error:
        return Found(unread=(f"{where}: {error}",))


def _archive(file: BinaryIO, head: bytes, where: str, depth: int) -> Found:
    with _seekable(file, head) as archive:
        return inspect_zip(archive, where, partial(_by_content, depth=depth))


def _hdf5(file: BinaryIO, head: bytes, where: str) -> Found:
    with _seekable(file, head) as opened:
        return inspect_hdf5(opened, where)


def _json(data: bytes, where: str) -> Found:
    value = read_json(data)
    versions = {}
    if isinstance(value, dict):
        versions = {
            package: value[key]
            for key, package in (("keras_version", "keras"), ("transformers_version", "transformers"))
            if isinstance(value.get(key), str)
        }
    return Found((Container(where, "JSON", versions),), tuple(dangers_of(value, where)))


def _checkpoint_state(data: bytes, where: str) -> Found:
    """The file in which TensorFlow notes its last checkpoints, if it is that one."""
    if b"model_checkpoint_path" not in data:
        return _by_content(io.BytesIO(data), where)
    return Found((Container(where, "checkpoint"),), tuple(_paths_in(data, where)))


def _paths_in(data: bytes, where: str) -> Iterator[Danger]:
    for line in data.decode("utf-8", "replace").splitlines():
        name, _, value = line.partition(":")
        named = value.strip().strip('"')
        if name.strip() in _CHECKPOINTS and not is_within(named):
            yield Danger("path", where, f"the checkpoint {named!r}")


def _whole(file: BinaryIO) -> bytes:
    data = file.read(MOST + 1)
    if len(data) > MOST:
        raise Unreadable(f"has more than {MOST} bytes")
    return data


@contextmanager
def _seekable(file: BinaryIO, head: bytes) -> Iterator[BinaryIO]:
    """The file from its beginning; of a member that is compressed a copy, since going back in it begins anew."""
    if isinstance(file, io.BufferedReader):
        file.seek(0)
        yield file
        return
    with tempfile.TemporaryFile() as copy:
        copy.write(head)
        shutil.copyfileobj(file, copy)
        copy.seek(0)
        yield copy


def _ends_with(file: BinaryIO, head: bytes, end: bytes) -> bool:
    if len(head) < _HEAD:
        return head.endswith(end)
    if not file.seekable():
        return False
    file.seek(-len(end), os.SEEK_END)
    return file.read() == end
