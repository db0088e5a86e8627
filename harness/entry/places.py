"""Which folder a run of pytest has: one for both plugins, and for all workers of pytest-xdist."""

from __future__ import annotations

from typing import Any

import pytest

from harness.report.run_folder import RunFolder, begin, new_name, path_of, possible_home

_NAME = pytest.StashKey[str]()
_FOLDER = pytest.StashKey[RunFolder]()
#: Among what a worker of pytest-xdist is told.
_TOLD = "roundtrip_run"


def tell_a_worker(node: Any) -> None:
    """Let a worker of pytest-xdist know which run it is one of."""
    node.workerinput[_TOLD] = _name(node.config)


def folder_of(config: pytest.Config) -> RunFolder:
    """The folder of this run, made when it is first asked for.

    Raises:
        InfrastructureError: It cannot be made.
    """
    if _FOLDER not in config.stash:
        folder = config.stash[_FOLDER] = begin(name=_name(config))
        config.add_cleanup(folder.close)
    return config.stash[_FOLDER]


def is_made(config: pytest.Config) -> bool:
    """Whether this process or a worker has made it."""
    return path_of(possible_home(), _name(config)).is_dir()


def _name(config: pytest.Config) -> str:
    if _NAME not in config.stash:
        config.stash[_NAME] = getattr(config, "workerinput", {}).get(_TOLD) or new_name()
    return config.stash[_NAME]
