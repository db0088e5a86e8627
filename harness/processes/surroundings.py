"""What a fresh process finds around it: what the driver has, or nothing of it.

Code of the user's runs as it would in the driver. What is loaded without it has an empty folder, an empty home and
the variables that the driver was started with: whatever an artifact needs besides shows.
"""

from __future__ import annotations

import os
import site
import sys
import sysconfig
from pathlib import Path
from typing import Mapping

from harness.messages import Surroundings

#: Where the settings and caches of the author of a model are, besides HOME.
_OF_A_HOME = ("KERAS_HOME", "HF_HOME", "HF_HUB_CACHE", "HUGGINGFACE_HUB_CACHE", "TRANSFORMERS_CACHE", "TFHUB_CACHE_DIR")


def of_the_driver() -> Surroundings:
    """What this process has now: its folder, its variables, and the folders of the user's that it imports from."""
    asked = [*os.environ.get("PYTHONPATH", "").split(os.pathsep), *sys.path]
    folders = [os.getcwd(), *(os.path.abspath(each) for each in asked if each)]
    path = tuple(dict.fromkeys(each for each in folders if os.path.isdir(each) and not is_installed(each)))
    return Surroundings(path, Path.cwd(), dict(os.environ))


def alone() -> Surroundings:
    """Nothing that is the user's."""
    kept = {
        name: value
        for name, value in _AT_THE_START.items()
        if name not in _OF_A_HOME and name != "PYTHONPATH" and not name.startswith("XDG_")
    }
    return Surroundings((), None, kept)


def is_installed(folder: str) -> bool:
    """Whether a folder that modules are imported from belongs to an interpreter, and not to the user."""
    return folder in _OF_THIS_INTERPRETER or bool({"site-packages", "dist-packages"} & set(Path(folder).parts))


def installed_by_path() -> list[str]:
    """What PYTHONPATH names that is no code of the user's: on some clusters TensorFlow itself is found so."""
    return [each for each in os.environ.get("PYTHONPATH", "").split(os.pathsep) if each and is_installed(each)]


def _of_this_interpreter() -> frozenset[str]:
    library = sysconfig.get_path("platstdlib")
    known = {*sysconfig.get_paths().values(), *site.getsitepackages(), os.path.join(library, "lib-dynload")}
    return frozenset(map(os.path.abspath, known))


def _at_the_start() -> Mapping[str, str]:
    """The variables that this process was started with; as far as can be told, without what it has set since.

    Linux tells: proc(5), /proc/PID/environ. A program that writes its title there (setproctitle) has overwritten them.
    """
    try:
        told = Path("/proc/self/environ").read_bytes().rstrip(b"\0").split(b"\0")
    except OSError:
        return dict(os.environ)
    pairs = [each.partition(b"=") for each in told]
    if not all(name and equals for name, equals, _ in pairs):
        return dict(os.environ)
    return {os.fsdecode(name): os.fsdecode(value) for name, _, value in pairs}


_OF_THIS_INTERPRETER = _of_this_interpreter()
_AT_THE_START = _at_the_start()
