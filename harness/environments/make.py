"""Make the environment of a row: a virtual environment of uv, in a folder of its name.

Nothing is remembered of it: uv is asked each time, which takes a second when nothing is to be done, finishes what was
interrupted, and waits for another uv at the same folder. A folder that was another row's becomes this one's, with its
packages and no others; an environment holds nothing that cannot be made again.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Sequence

from harness.environment import PACKAGES, TENSORFLOWS, Environment, by_package
from harness.environments.table import Row
from harness.nouns import InfrastructureError

#: Where environments are made, unless another folder is named.
ENVIRONMENTS = Path(".harness", "environments")

#: What an interpreter is asked, away from every folder but its own: which of the packages it is told it has.
_ASK = """
import json, platform, sys
from importlib import metadata

found = {"python": platform.python_version()}
for name in sys.argv[1:]:
    try:
        found[name] = metadata.version(name)
    except metadata.PackageNotFoundError:
        pass
print(json.dumps(found))
"""


def interpreter_of(row: Row, folder: Path = ENVIRONMENTS) -> Path:
    """The interpreter of a row, absolute; its environment is made, or made what it should be.

    It is what the row's requirement file pins. Without such a file it is what the row asks for, as new as can be.

    Raises:
        InfrastructureError: It cannot be made; the sentence says why.
    """
    python = _make_empty(folder / row.name, row.name, (row.python, *row.also))
    if row.requirements.exists():
        _install(row.name, ["sync", "--python", str(python), str(row.requirements)])
    else:
        _install(row.name, ["install", "--exact", "--python", str(python), "--requirements", "-"], row.asked)
    return python


def make(path: Path, name: str, python: str, requirements: Sequence[str]) -> Path:
    """An environment of wheels alone; returns its interpreter, absolute.

    Raises:
        InfrastructureError: It cannot be made; the sentence begins with the name.
    """
    interpreter = _make_empty(path, name, (python,))
    _install(name, ["install", "--no-build", "--python", str(interpreter), "--requirements", "-"], requirements)
    return interpreter


def environment_of(row: Row, folder: Path = ENVIRONMENTS) -> Environment:
    """The environment of a row, made if it is not there.

    Raises:
        InfrastructureError: It cannot be made, or does not run.
    """
    return describe(str(interpreter_of(row, folder)), row)


def describe(python: str, row: Row) -> Environment:
    """An interpreter as an environment: it is asked what it has.

    Raises:
        InfrastructureError: It does not run, or has no TensorFlow for its Keras.
    """
    command = [python, "-I", "-c", _ASK, *dict.fromkeys((*PACKAGES, *TENSORFLOWS))]
    answer = subprocess.run(command, capture_output=True, text=True)
    try:
        installed = json.loads(answer.stdout)
    except ValueError:
        last = (answer.stderr.strip().splitlines() or ["it said nothing"])[-1]
        raise InfrastructureError(f"{row.name}: {python} does not run: {last}") from None
    environment = Environment(by_package(installed), row.keras, python, row.preload)
    environment.check()
    return environment


def find_python(versions: Sequence[str], name: str) -> Path:
    """An interpreter of the first of several versions that is here, on the PATH or from pyenv.

    Raises:
        InfrastructureError: There is none.
    """
    pyenv = Path(os.environ.get("PYENV_ROOT") or Path.home() / ".pyenv") / "versions"
    for version in versions:
        on_path = shutil.which(f"python{version}")
        for each in [*([on_path] if on_path else []), *map(str, pyenv.glob(f"{version}.*/bin/python"))]:
            answer = subprocess.run(
                [each, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"], capture_output=True, text=True
            )
            if answer.stdout.strip() == version:
                return Path(each)
    raise InfrastructureError(
        f"{name} needs Python {' or '.join(versions)}, which is not on this machine; install it, or leave it out"
    )


def _make_empty(path: Path, name: str, versions: Sequence[str]) -> Path:
    """A virtual environment; one that is there stays, with what is installed in it."""
    try:
        if path.exists() and any(path.iterdir()) and not (path / "pyvenv.cfg").exists():
            raise InfrastructureError(
                f"{name}: {path} is in the way: it has files, and is no virtual environment; remove it, or move it"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise InfrastructureError(f"{name}: {path} cannot be written ({error.strerror})") from None
    python = find_python(versions, name)
    _complain(name, uv(["venv", "--quiet", "--allow-existing", "--python", str(python), str(path)]))
    return (path / "bin" / "python").absolute()


def _install(name: str, arguments: Sequence[str], requirements: Sequence[str] = ()) -> None:
    _complain(name, uv(["pip", *arguments, "--quiet"], "\n".join(requirements)))


def _complain(name: str, done: subprocess.CompletedProcess[str]) -> None:
    if done.returncode:
        raise InfrastructureError(f"{name}: its environment cannot be made: {complaint(done.stderr)}")


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
    return subprocess.run([uv_binary(), *arguments], input=given, capture_output=True, text=True, env=environment)


def complaint(said: str) -> str:
    """What uv complains of, in one line."""
    if "No space left on device" in said:
        return "the disk is full (No space left on device)"
    # uv draws a tree of causes, folded to the terminal's width.
    text = " ".join(re.sub(r"[^\x00-\x7f]+|\s+", " ", line).strip() for line in said.splitlines())
    return re.sub(r"\s+", " ", text).strip()[:400] or "uv said nothing"
