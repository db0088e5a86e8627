"""A run of pytest with pytest-xdist: which part this process has in it, and how cells are handed to workers."""

from __future__ import annotations

from typing import Any

import pytest

from harness.nouns import LOADERS, HarnessError


def worker_of(config: pytest.Config) -> str:
    """The name of this worker: "gw0"; "" in a run that is none."""
    return str(getattr(config, "workerinput", {}).get("workerid", ""))


def workers_beside(config: pytest.Config) -> int:
    """How many workers run side by side, this one among them."""
    return int(getattr(config, "workerinput", {}).get("workercount", 1))


def hands_out(config: pytest.Config) -> bool:
    """Whether this run computes nothing by itself, and hands tests to workers."""
    return not worker_of(config) and getattr(config.option, "dist", "no") != "no"


def check_distribution(config: pytest.Config) -> None:
    """Raise HarnessError, in one sentence, for a way to hand out tests by which every worker trains every cell."""
    if getattr(config.option, "dist", "no") == "each":
        raise HarnessError(
            "--dist each: every worker would train every cell; expected a --dist that divides them, such as that of "
            "-n, or no worker of pytest-xdist at all: --workers is how many processes train and load at once"
        )


#: Among what a worker leaves: the exit code of the whole run.
_CODE = "roundtrip_exit_code"


def stop_the_run(config: pytest.Config, sentence: str, code: int) -> None:
    """In a worker: let the run end with a sentence and an exit code, as soon as this worker has ended."""
    session = config.pluginmanager.get_plugin("session")
    if session is not None:
        session.shouldstop = sentence
    config.workeroutput[_CODE] = code  # type: ignore[attr-defined]


def exit_code(node: Any) -> int:
    """With which exit code a worker that has ended wants the run to end; 0 for none."""
    return int(getattr(node, "workeroutput", {}).get(_CODE, 0))


def scheduler(config: pytest.Config, log: Any) -> Any:
    """Hands all tests of one recipe, which is trained once, to one worker; the others as they come, or by their group.

    None where tests are handed out by file or by class, so that those of one recipe are together already.
    """
    if config.getoption("dist") not in ("load", "worksteal", "loadgroup"):
        return None
    from xdist.scheduler.loadgroup import LoadGroupScheduling

    class ByRecipe(LoadGroupScheduling):  # type: ignore[misc] # it is how pytest-xdist takes another way
        def _split_scope(self, nodeid: str) -> str:
            return recipe_of(nodeid) or str(super()._split_scope(nodeid))

    return ByRecipe(config, log)


def recipe_of(nodeid: str) -> str:
    """The recipe of a cell's test, by the test's id; "" of any other test."""
    id = nodeid.partition("[")[2].rpartition("]")[0]
    recipe, _, loader = id.rpartition("-")
    return recipe.rpartition("-")[0] if loader in LOADERS else ""
