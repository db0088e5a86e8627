"""The files of a folder that somebody else may have written: no link leads out of it, nothing waits for a writer."""

from __future__ import annotations

import hashlib
import os
import shutil
import stat
from pathlib import Path
from typing import Iterator

from harness.nouns import HarnessError

_BLOCK = 1 << 20


def regular_files(folder: Path) -> Iterator[Path]:
    """Every file below a folder, by name.

    Raises:
        HarnessError: Something there is a link, a FIFO, a socket or a device.
    """
    for each in sorted(os.scandir(folder), key=lambda each: each.name):
        path = Path(each.path)
        if each.is_dir(follow_symlinks=False):
            yield from regular_files(path)
            continue
        kind = kind_of(each.stat(follow_symlinks=False).st_mode)
        if kind:
            raise HarnessError(f"{path}: expected files and folders; this is {kind}")
        yield path


def kind_of(mode: int) -> str:
    """What something is that is neither file nor folder; "" for a file or a folder."""
    if stat.S_ISREG(mode) or stat.S_ISDIR(mode):
        return ""
    known = {stat.S_IFLNK: "a link", stat.S_IFIFO: "a FIFO", stat.S_IFSOCK: "a socket"}
    return known.get(stat.S_IFMT(mode), "a device")


def sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        for block in iter(lambda: file.read(_BLOCK), b""):
            digest.update(block)
    return digest.hexdigest()


def read_whole(path: Path, most: int) -> bytes:
    """The bytes of a file, which is not waited for and not followed elsewhere.

    Raises:
        OSError: It cannot be read.
        HarnessError: It is no file, or has more than `most` bytes.
    """
    # A FIFO is opened without a writer, and then told apart.
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    with os.fdopen(descriptor, "rb") as file:
        linked = path.is_symlink() and "a link"
        kind = linked or kind_of(os.fstat(descriptor).st_mode)
        if kind:
            raise HarnessError(f"{path}: expected a file; this is {kind}")
        if os.fstat(descriptor).st_size > most:
            raise HarnessError(f"{path}: expected at most {most} bytes; this has {os.fstat(descriptor).st_size}")
        return file.read(most)


def copy_what_links_point_to(folder: Path) -> None:
    """What a folder holds is in it: what it links to elsewhere is copied."""
    links = [Path(root, name) for root, folders, files in os.walk(folder) for name in (*folders, *files)]
    for link in filter(Path.is_symlink, links):
        target = link.resolve(strict=True)
        link.unlink()
        (shutil.copytree if target.is_dir() else shutil.copyfile)(target, link)
