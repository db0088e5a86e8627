"""The program of a node: how it gets ready, and how it ends."""

from __future__ import annotations

import contextlib
import os
import queue
import time
from pathlib import Path

import pytest
from kills import cells as played
from nodes import LocalCluster

from harness.cluster import node
from harness.cluster.messages import Carry, Doing, Failed, Gone, How, Pinned, Prepare, Prepared
from harness.cluster.node import Node, made
from harness.environment import Environment
from harness.environments.table import Row
from harness.nouns import CODE, Case, InfrastructureError, Recipe

ROW = Row("mine", "3.11", "2", ("tensorflow==2.15.1",), table=Path("of_the_driver", "environments.toml"))
HERE = Environment({"tensorflow": "2.15.1", "python": "3.11.7"})


def asked(**changed):
    how = How("forkserver", changed.pop("workers", 1), 60, 7)
    usual = {"rows": (), "keras": "2", "environments": "", "folder": "/of/the/driver", "path": (), "variables": {}}
    return Prepare(**{**usual, "how": how, **changed})


@pytest.fixture
def makes(monkeypatch):
    """What uv is asked for: (folder, what the requirement file says)."""
    found = []

    def environment_of(row, folder):
        found.append((folder, row.requirements.read_text() if row.requirements.exists() else None))
        if row.name == "none":
            raise InfrastructureError("none needs Python 3.5, which is not on this machine")
        return HERE

    monkeypatch.setattr(node, "environment_of", environment_of)
    return found


def test_an_environment_is_made_from_the_text_of_the_requirement_file(makes, tmp_path):
    assert HERE == made(Pinned(ROW, "tensorflow==2.15.1\n"), str(tmp_path))
    ((folder, text),) = makes
    assert tmp_path == folder.parent
    assert "tensorflow==2.15.1\n" == text


def test_other_pins_are_another_environment_and_the_same_are_the_same(makes, tmp_path):
    for text in ("numpy==1\n", "numpy==2\n", "numpy==1\n", ""):
        made(Pinned(ROW, text), str(tmp_path))

    first, second, third, without = makes
    assert first == third
    assert 3 == len({first, second, without})
    assert without[1] is None


def test_environments_are_in_the_users_cache_unless_a_folder_is_named(makes, tmp_path, monkeypatch):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    made(Pinned(ROW, ""), "")

    assert tmp_path / "roundtrip-harness" / "environments" == makes[0][0].parent


def test_a_node_says_which_rows_it_has_and_which_it_cannot_make(makes, tmp_path):
    rows = (Pinned(ROW, ""), Pinned(Row("none", "3.5", "2", ("tensorflow==1.0",)), ""))
    prepared = Node(tmp_path, queue.Queue(), print)._prepared(asked(rows=rows, environments=str(tmp_path)))

    why = "none needs Python 3.5, which is not on this machine"
    assert Prepared(1, {"mine": dict(HERE.versions)}, {"none": why}) == prepared


@pytest.mark.parametrize(
    ("given", "cores", "workers"), [(3, 2, 3), (0, 2, 2), (0, 9, 4), (0, 0, 4)], ids=["asked", "Ray's", "room", "all"]
)
def test_workers_are_as_asked_or_as_many_as_there_is_room_for(monkeypatch, tmp_path, given, cores, workers):
    monkeypatch.setattr(node, "capacity", lambda: 4)
    found = Node(tmp_path, queue.Queue(), print)

    assert workers == found._prepared(asked(workers=given, cores=cores)).workers


def test_a_subject_that_is_a_file_of_the_driver_is_the_one_in_the_nodes_own_folder(tmp_path):
    found = Node(tmp_path, queue.Queue(), print)
    found._asked = asked()
    subjects = ["/of/the/driver/models/mine.py", "/elsewhere/mine.py", "package.module:subject", "/of/the/driver.py"]

    assert [f"{os.getcwd()}/models/mine.py", *subjects[1:]] == [
        found._here(Case(Recipe("a", each), "savedmodel", CODE)).recipe.subject for each in subjects
    ]


@pytest.mark.parametrize("mends", [False, True])
def test_recipes_are_carried_out_as_the_driver_asks(monkeypatch, tmp_path, mends):
    plans = []

    class PlayedRun:
        def __init__(self, plans_, environment, settings, more):
            plans.extend(plans_)

        add = plans.append

        def __enter__(self):
            return self

        def __exit__(self, *exception):
            pass

        def __getitem__(self, case):
            raise InfrastructureError("not played")

    monkeypatch.setattr(node, "Run", PlayedRun)
    found = Node(tmp_path, queue.Queue(), print)
    found._prepared(asked(how=How("forkserver", 1, 60, 7, mends=mends)))
    with contextlib.ExitStack() as stack:
        for each in ("a", "b"):
            found._carry(Carry((Case(Recipe(each, "s"), "savedmodel", CODE),)), stack)

    assert [mends, mends] == [each.mends for each in plans]


@pytest.fixture
def one(tmp_path):
    """One real node, with a folder for its temporary files."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    cluster = LocalCluster(1, TMPDIR=str(temporary))
    (link,) = cluster.joined()
    yield cluster, link, temporary
    cluster.close(20)


def heard(cluster, kind):
    """The next message of a kind, or the end."""
    end = time.monotonic() + 60
    while time.monotonic() < end:
        for _, message in cluster.heard(1):
            if isinstance(message, (kind, Gone)):
                return message


def eventually_empty(folder):
    end = time.monotonic() + 15
    while list(folder.iterdir()) and time.monotonic() < end:
        time.sleep(0.05)
    return not list(folder.iterdir())


@pytest.mark.parametrize("how", ["kill", "close"])
def test_however_a_node_ends_nothing_is_left(one, how):
    cluster, link, temporary = one
    link.send(asked())
    assert isinstance(heard(cluster, Prepared), Prepared)
    link.send(Carry(tuple(played.cases(None)[:3])))
    while not list(temporary.glob("round-trips-*/*/*")):  # something is being written
        time.sleep(0.05)
    link.kill() if how == "kill" else link.process.close()

    assert eventually_empty(temporary)
    assert heard(cluster, Gone).why.startswith(f"its process ended with code {-9 if how == 'kill' else 0}: ")


def test_what_ends_its_run_is_said_and_the_node_ends(one):
    cluster, link, _ = one
    link.send(asked(folder=os.getcwd()))
    heard(cluster, Prepared)
    link.send(Carry((Case(Recipe("a", "of no model"), "savedmodel", CODE),)))
    assert heard(cluster, Doing).running
    for pid in agents_of(link.process.pid):
        os.kill(pid, 9)

    said = heard(cluster, Failed)
    assert isinstance(said, Failed)
    assert said.why.startswith("the agent of ")
    assert isinstance(heard(cluster, Gone), Gone)


def agents_of(pid):
    found = []
    while not found:
        tasks = Path(f"/proc/{pid}/task").glob("*/children")
        found = [int(each) for task in tasks for each in task.read_text().split()]
    return found
