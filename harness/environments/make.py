"""Make the environment of a row, or find it made: a virtual environment of uv, in a folder of its own.

FOLDER/tf215/               the environment
FOLDER/tf215/complete.json  written last: the row and what was installed. Without it the environment is made again
FOLDER/.tf215.lock          held while it is made; says "begun" from the first attempt on
"""

from __future__ import annotations

import fcntl
import hashlib
import json
import os
import re
import shutil
import subprocess
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Iterator, Sequence

from harness.environment import Environment
from harness.environments.table import ROOT, Row
from harness.nouns import InfrastructureError
from harness.processes.package_folder import PackageFolder

#: Where environments are made, unless another folder is named.
ENVIRONMENTS = Path(".harness", "environments")

_COMPLETE = "complete.json"


def python_of(row: Row, folder: Path = ENVIRONMENTS) -> Path:
    """The interpreter of a row, in an environment as its requirement file pins it; made if it is not there.

    Raises:
        InfrastructureError: It cannot be made; the sentence says why.
    """
    requirements = ROOT / row.requirements
    try:
        lines = requirements.read_text(encoding="utf-8").splitlines()
    except OSError:
        raise InfrastructureError(
            f"{row.name}: there is no {row.requirements}; run python -m harness environments --update"
        ) from None
    return make(folder / row.name, row.name, row.python, lines)


def make(path: Path, name: str, python: str, packages: Sequence[str], wheels_only: bool = False) -> Path:
    """Make an environment, unless it is there and complete. Whatever an interrupted attempt has left is replaced.

    Args:
        path: Its folder.
        name: What it is called in messages, and whose it is.
        python: The interpreter, as major.minor.
        packages: Lines of a requirement file.
        wheels_only: Whether to refuse what would have to be compiled.

    Returns:
        The interpreter, absolute.

    Raises:
        InfrastructureError: As above.
    """
    wanted = {"name": name, "python": python, "packages": hashlib.sha256("\n".join(packages).encode()).hexdigest()}
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with _locked(path.with_name(f".{path.name}.lock")) as lock:
            if _is_complete(path, wanted):
                return (path / "bin" / "python").absolute()
            _refuse_what_is_not_ours(path, name, begun=bool(lock.read_text()))
            lock.write_text("begun")
            interpreter = find_python(python, name)
            _uv(name, ["venv", "--quiet", "--clear", "--python", str(interpreter), str(path)])
            listed = path / "requirements.txt"
            listed.write_text("\n".join(packages))
            options = ["--quiet", *(["--no-build"] if wheels_only else [])]
            _uv(name, ["pip", "install", *options, "--python", str(path / "bin" / "python"), "-r", str(listed)])
            (path / _COMPLETE).write_text(json.dumps(wanted))
    except OSError as error:
        raise InfrastructureError(f"{name}: {path} cannot be written ({error.strerror})") from None
    return (path / "bin" / "python").absolute()


def environment_of(row: Row, folder: Path = ENVIRONMENTS) -> Environment:
    """The environment of a row, made if it is not there.

    Raises:
        InfrastructureError: It cannot be made, or does not run.
    """
    return described(str(python_of(row, folder)), row)


def described(python: str, row: Row) -> Environment:
    """An interpreter as an environment: it is asked what it has.

    Raises:
        InfrastructureError: It does not run.
    """
    code = "import sys, json; sys.path.insert(0, sys.argv[1]); from harness.environment import versions; "
    code += "print(json.dumps(dict(versions())))"
    with PackageFolder() as folder:
        told = subprocess.run([python, "-c", code, str(folder)], capture_output=True, text=True, cwd=folder)
    try:
        versions = json.loads(told.stdout)
    except ValueError:
        last = (told.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise InfrastructureError(f"{row.name}: {python} does not run: {last}") from None
    environment = Environment(versions, row.keras, python, row.preload)
    environment.check()
    return environment


def find_python(version: str, name: str) -> Path:
    """An interpreter of a version, from the PATH or from pyenv.

    Raises:
        InfrastructureError: There is none.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    on_path = shutil.which(f"python{version}")
    for each in [*([on_path] if on_path else []), *map(str, pyenv.glob(f"{version}.*/bin/python"))]:
        told = subprocess.run(
            [each, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], capture_output=True, text=True
        )
        if told.stdout.strip() == version:
            return Path(each)
    raise InfrastructureError(
        f"{name} needs Python {version}, which is not on this machine; install it, or leave it out"
    )


@cache
def uv_binary() -> str:
    """Where uv is.

    Raises:
        InfrastructureError: It is not installed.
    """
    try:
        from uv import find_uv_bin

        return str(find_uv_bin())
    except (ImportError, FileNotFoundError):
        found = shutil.which("uv")
    if found is None:
        raise InfrastructureError("environments are made by uv, which is not here; install it with: pip install uv")
    return found


def uv(arguments: Sequence[str], given: str = "") -> subprocess.CompletedProcess[str]:
    """Run uv; it downloads no interpreters: what is on the machine is what is tested."""
    environment = {**os.environ, "UV_PYTHON_DOWNLOADS": "never", "UV_NO_PROGRESS": "1"}
    environment.pop("VIRTUAL_ENV", None)
    return subprocess.run(
        [uv_binary(), *arguments], input=given, capture_output=True, text=True, env=environment, cwd=ROOT
    )


def _uv(name: str, arguments: Sequence[str]) -> None:
    done = uv(arguments)
    if done.returncode:
        raise InfrastructureError(f"{name}: its environment cannot be made: {complaint(done.stderr)}")


def complaint(said: str) -> str:
    """What uv complains of, in one line."""
    if "No space left on device" in said:
        return "the disk is full (No space left on device)"
    # uv draws a tree of causes, folded to the terminal's width.
    text = " ".join(re.sub(r"[^\x00-\x7f]+|\s+", " ", line).strip() for line in said.splitlines())
    return re.sub(r"\s+", " ", text).strip()[:400] or "uv said nothing"


def _is_complete(path: Path, wanted: object) -> bool:
    try:
        return bool(json.loads((path / _COMPLETE).read_text()) == wanted)
    except (OSError, ValueError):
        return False


def _refuse_what_is_not_ours(path: Path, name: str, begun: bool) -> None:
    """A folder is made anew only if an earlier attempt at the same environment has left it."""
    if not path.exists() or not any(path.iterdir()):
        return
    try:
        owner = json.loads((path / _COMPLETE).read_text())["name"]
    except (OSError, ValueError, KeyError):
        owner = name if begun else ""
    if not owner:
        raise InfrastructureError(f"{name}: {path} is in the way: the harness did not make it; remove it, or move it")
    if owner != name:
        raise InfrastructureError(f"{name}: {path} is the environment of {owner}; give each a folder of its own")


@contextmanager
def _locked(path: Path) -> Iterator[Path]:
    """Wait for whoever makes the same environment now."""
    with path.open("a") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield path
