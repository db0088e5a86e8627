"""What a run of pytest is to pytest-xdist: one of its workers, what hands them their tests, or neither."""

from __future__ import annotations

import pytest


def worker_of(config: pytest.Config) -> str:
    """The name of this worker: "gw0"; "" in a run that is none."""
    return str(getattr(config, "workerinput", {}).get("workerid", ""))


def workers_beside(config: pytest.Config) -> int:
    """How many workers run side by side, this one among them."""
    return int(getattr(config, "workerinput", {}).get("workercount", 1))


def hands_out(config: pytest.Config) -> bool:
    """Whether this run computes nothing by itself, and hands tests to workers."""
    return not worker_of(config) and getattr(config.option, "dist", "no") != "no"
