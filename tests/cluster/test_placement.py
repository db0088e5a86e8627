"""A run over real nodes of this machine, whose cells take no TensorFlow; Ray has no part in it."""

from __future__ import annotations

import json
import os
import threading
import time

import pytest
from kills import cells as played
from nodes import LocalCluster

from harness.cluster.crew import Crew
from harness.cluster.messages import Gone, How, Prepare, Reached
from harness.cluster.placement import PLACED, Placement
from harness.driver.plans import RoundTrip
from harness.driver.run import Run
from harness.driver.settings import Settings
from harness.nouns import CODE, Case, InfrastructureError, Recipe
from harness.report.verdict_json import to_json
from harness.verdict import Verdict

EXPECTED = {"": played.HERE.versions}


def cells(*recipes):
    return [
        Case(Recipe(each, "of no model"), format, CODE) for each in recipes for format in ("savedmodel", "whole_h5")
    ]


def crew_of(cluster, **how):
    how = How(**{"fresh": "forkserver", "workers": 1, "seconds": 60, "hash_seed": 7, **how})
    found = Crew(cluster, Prepare((), how, "2", "", os.getcwd(), (), {}), EXPECTED)
    found.gather(lambda line: None)
    return found


@pytest.fixture
def two(tmp_path):
    """Two nodes, with temporary files of their own, of which none may stay."""
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    cluster = LocalCluster(2, TMPDIR=str(temporary))
    yield cluster
    cluster.close(20)
    end = time.monotonic() + 15
    while list(temporary.iterdir()) and time.monotonic() < end:
        time.sleep(0.05)
    assert [] == list(temporary.iterdir())


def told(verdict):
    """A verdict without its times."""
    return {**to_json(verdict), "seconds": dict.fromkeys(verdict.seconds)}


def test_verdicts_are_those_of_this_machine(two, tmp_path):
    wanted = cells("one", "two", "three")
    with Run([RoundTrip(tuple(wanted))], played.HERE, Settings(tmp_path / "local", hash_seed=7)) as run:
        here = list(map(told, run))
    with Placement(wanted, crew_of(two), tmp_path / "logs") as run:
        there = list(run)
        now = run.now

    assert here == list(map(told, there))
    assert wanted == [each.case for each in there]
    assert all(mine.case is each for mine, each in zip(there, wanted)), "with all that the driver knows of it"
    assert (6, 6, []) == (now.done, now.total, run.notices)
    placed = [json.loads(line) for line in (tmp_path / "logs" / PLACED).read_text().splitlines()]
    assert {"one", "two", "three"} == {each["recipe"] for each in placed}
    assert {"node-1", "node-2"} == {each["node"] for each in placed}


def test_a_node_that_dies_costs_its_unfinished_recipes_and_no_verdict_comes_twice(two, tmp_path):
    wanted = cells(*(f"recipe_{number}" for number in range(5)))
    heard = []

    class Listening(Crew):
        def heard(self, seconds):
            found = super().heard(seconds)
            heard.extend((name, each.verdict["case"]) for name, each in found if isinstance(each, Reached))
            return found

    crew = crew_of(two)
    crew.__class__ = Listening
    with Placement(wanted, crew, tmp_path / "logs") as run:
        verdicts = [run[wanted[0]]]
        two.links[0].kill()
        verdicts = list(run)

    assert [("", ())] * 10 == [(each.stage, each.lost) for each in verdicts]
    counted = [cell for _, cell in heard]
    assert sorted(counted) == sorted(set(counted)), "none was asked again that had a verdict"
    (line,) = run.notices
    assert line.startswith("node-1 is left out: its process ended with code -9: ")
    elsewhere = line.partition("goes elsewhere: ")[2].split(", ")
    assert {"node-2"} == {node for node, cell in heard[counted.index(f"{elsewhere[0]}-whole_h5-code") :]}


def test_without_a_node_that_is_left_whoever_waits_is_told(two, tmp_path):
    wanted = cells(*(f"recipe_{number}" for number in range(8)))
    with Placement(wanted, crew_of(two), tmp_path) as run:
        run[wanted[0]]
        for each in two.links:
            each.kill()
        with pytest.raises(InfrastructureError, match=r"^no node is left; node-\d is left out: its process ended with"):
            list(run)


def test_a_node_that_joins_takes_part(two, tmp_path, monkeypatch):
    monkeypatch.setattr("harness.cluster.crew.JOIN", 0.0)
    wanted = cells(*(f"recipe_{number}" for number in range(6)))
    crew = crew_of(two)
    two.more(1)
    with Placement(wanted, crew, tmp_path) as run:
        list(run)

    assert "node-3" in {json.loads(line)["node"] for line in (tmp_path / PLACED).read_text().splitlines()}


def test_a_run_that_is_left_on_the_way_leaves_nothing(two, tmp_path):
    wanted = cells("one", "two", "three")
    crew = crew_of(two, workers=2)
    with Placement(wanted, crew, tmp_path) as run:
        while not run.now.running:
            time.sleep(0.05)
    crew.close()  # the fixture looks around

    with pytest.raises(InfrastructureError, match="the run was stopped before this case"):
        run[wanted[0]]


def test_records_stay_where_they_were_made_if_they_are_wanted(two, tmp_path):
    wanted = cells("one", "two")
    crew = crew_of(two, records=str(tmp_path / "records"))
    with Placement(wanted, crew, tmp_path / "logs") as run:
        verdicts = list(run)
    crew.close()

    assert {str(tmp_path / "records" / each.case.recipe.id / each.case.format) for each in verdicts} == {
        each.record for each in verdicts
    }
    assert {"one", "two"} == {each.name for each in (tmp_path / "records").iterdir()}


class PlayedCrew:
    """One node, which answers as the test says."""

    hoping = False

    def __init__(self, *messages):
        self.ready = {"node": type("Ready", (), {"workers": 4})}
        self.sent, self._messages, self._asked = [], list(messages), threading.Event()

    def send(self, name, message):
        self.sent.append(message)

    def heard(self, seconds):
        return [("node", self._messages.pop(0))] if self._messages else []


def test_the_log_that_a_verdict_names_comes_with_it(tmp_path):
    (case,) = cells("one")[:1]
    reached = Reached(to_json(Verdict(case, "save", "ValueError: no", log="/there/logs/one.log")), "Traceback\n")
    with Placement([case], PlayedCrew(reached), tmp_path / "logs") as run:
        verdict = run[case]

    assert str(tmp_path / "logs" / "one.log") == verdict.log
    assert "Traceback\n" == (tmp_path / "logs" / "one.log").read_text()


def test_what_nobody_asked_for_is_no_verdict(tmp_path):
    one, other = cells("one", "other")[::2]
    stranger, second = (Reached(to_json(Verdict(case, size=size)), "") for case, size in ((other, 0), (one, 2)))
    first = Reached(to_json(Verdict(one, size=1)), "")
    with Placement([one, cells("one")[1]], PlayedCrew(stranger, first, second, Gone("done")), tmp_path) as run:
        assert 1 == run[one].size
        with pytest.raises(InfrastructureError, match=r"^no node is left; node is left out: done; what it had not fin"):
            list(run)
        assert 1 == run[one].size
