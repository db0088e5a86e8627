"""Where a run leaves what it leaves: a folder of its own, `.harness/runs/NAME`, to which `.harness/latest` points.

So no two runs write to one file. A few runs stay; whoever is at work holds a lock, and is not taken away.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import Iterator

from harness.nouns import InfrastructureError

#: Beside what is checked.
HERE = Path(".harness")
#: The results of the last run that left some.
RESULTS = HERE / "results.jsonl"
#: How many runs stay, the new one among them.
KEPT = 20

_RUNS, _LATEST = "runs", "latest"
#: Bytes that a pointer may have, where links cannot be.
_SHORT = 4096


@dataclass(frozen=True)
class RunFolder:
    """The folder of one run, which is at work until it is closed.

    Attributes:
        path: The folder.
        lock: An open file, for as long as the run is at work; None where the system has no locks.
    """

    path: Path
    lock: int | None = field(default=None, compare=False)

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def results(self) -> Path:
        return self.path / RESULTS.name

    def leaves_results(self) -> None:
        """Let `.harness/results.jsonl` be those of this run."""
        point(self.path.parent.parent / RESULTS.name, self.results)

    def is_last_with_results(self) -> bool:
        """Whether `.harness/results.jsonl` is that of this run; another may have begun since."""
        return pointed_at(RESULTS).resolve() == self.results.resolve()

    def close(self) -> None:
        """The run has ended; what it has left may be taken away, one day."""
        if self.lock is not None:
            os.close(self.lock)

    def __enter__(self) -> RunFolder:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()


def new_name() -> str:
    """A name that no other run has, and that comes after those of earlier ones."""
    return f"{time.strftime('%Y%m%d-%H%M%S', time.gmtime())}-{os.getpid()}"


def begin(home: Path | None = None, name: str = "") -> RunFolder:
    """Make the folder of a run, let `latest` point to it, and take away what is too old.

    Args:
        home: What has the folders of runs; None for `.harness`, or for one among temporary files where that cannot be.
        name: Of the run; several processes of one run share a folder by it. "" for a name of its own.

    Raises:
        InfrastructureError: It cannot be made.
    """
    home = home or possible_home()
    try:
        _make(home)
        path = _new_folder(home / _RUNS, name)
        lock = _locked(path, shared=True)
        (path / "logs").mkdir(exist_ok=True)
        point(home / _LATEST, path)
    except OSError as error:
        raise InfrastructureError(
            f"{home}: the results and logs of this run cannot be written there ({error.strerror})"
        ) from None
    _take_away_old(home)
    return RunFolder(path, lock)


def path_of(home: Path, name: str) -> Path:
    """The folder of a run by its name, whether or not it is there."""
    return home / _RUNS / name


def possible_home(inside: Path | None = None) -> Path:
    """`.harness`, or a folder of this user's among temporary files, where the working folder cannot be written.

    Args:
        inside: A folder in which nothing may be written.
    """
    here = Path.cwd()
    if (inside is None or inside.resolve() not in (here, *here.parents)) and _is_writable(HERE):
        return HERE
    return Path(tempfile.gettempdir(), f"harness-of-{os.getuid()}")


def point(link: Path, target: Path) -> None:
    """Let a link point to a file or a folder, in place of what it points to; where links cannot be, a file names it."""
    told = os.path.relpath(target, link.parent)
    new = link.with_name(f".{link.name}-{os.getpid()}")
    try:
        os.symlink(told, new)
    except OSError:
        new.write_text(f"{told}\n", encoding="utf-8")
    try:
        os.replace(new, link)
    except OSError:  # a folder of the user's has that name
        new.unlink()


def pointed_at(path: Path) -> Path:
    """What a path leads to where it may be a pointer; a link is followed by the system itself."""
    with contextlib.suppress(OSError, ValueError):
        if not path.is_symlink() and path.is_file() and path.stat().st_size <= _SHORT:
            told = path.read_text(encoding="utf-8")
            if told.startswith(f"{_RUNS}/") and told.count("\n") == 1:
                return path.parent / told.strip()
    return path


def _make(home: Path) -> None:
    home.mkdir(parents=True, exist_ok=True, mode=0o777 if home == HERE else 0o700)
    if home != HERE and (home.is_symlink() or home.stat().st_uid != os.getuid()):
        raise PermissionError(13, "it is somebody else's")
    ignored = home / ".gitignore"
    if not ignored.exists():
        ignored.write_text("# Written by the harness.\n*\n", encoding="utf-8")


def _new_folder(runs: Path, name: str) -> Path:
    if name:
        (runs / name).mkdir(parents=True, exist_ok=True)
        return runs / name
    runs.mkdir(exist_ok=True)
    for each in _numbered(new_name()):
        with contextlib.suppress(FileExistsError):
            (runs / each).mkdir()
            return runs / each
    raise AssertionError("numbers do not end")


def _numbered(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name}-{number}"
        number += 1


def _is_writable(home: Path) -> bool:
    return os.access(home if home.is_dir() else home.absolute().parent, os.W_OK | os.X_OK)


def _locked(path: Path, shared: bool) -> int | None:
    """A lock on a folder, which ends with this process; None where it cannot be had."""
    import fcntl  # every run of pytest imports this module, where there is no such thing, too

    opened = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(opened, fcntl.LOCK_NB | (fcntl.LOCK_SH if shared else fcntl.LOCK_EX))
        return opened
    except OSError:
        os.close(opened)
        return None


def _take_away_old(home: Path) -> None:
    """All but the last runs; neither one that is at work, nor one that is pointed to."""
    runs = home / _RUNS
    pointed = {pointed_at(home / name).resolve() for name in (_LATEST, RESULTS.name)}
    with contextlib.suppress(OSError):
        for name in sorted(os.listdir(runs))[:-KEPT]:
            folder = runs / name
            if pointed & {folder.resolve(), (folder / RESULTS.name).resolve()}:
                continue
            lock = _locked(folder, shared=False)
            if lock is not None:
                shutil.rmtree(folder, ignore_errors=True)
                os.close(lock)
