"""The order of jobs, and what becomes of a cell when its process dies; agents are played by the test."""

from __future__ import annotations

import itertools
from pathlib import Path

import numpy as np
import pytest

import harness.processes.fleet
from harness.driver.run import Run
from harness.driver.tasks import Settings
from harness.environment import Environment
from harness.nouns import Case, InfrastructureError, Observation, Recipe
from harness.processes.fleet import Fleet
from harness.record.batches import Inputs
from harness.record.record import About, Draft, write_observation

HERE = Environment({"tensorflow": "2.21.0", "tf-keras": "2.21.0", "python": "3.11.7"})
SEEN = Observation({"weights": {"a": np.ones(1)}})
RETURNED = {"kind": "returned", "value": {"load": 1.0, "observe": 1.0, "versions": {}, "again": {}}}


def recorded(path, format):
    draft = Draft(path, About("recipe", format, "model"))
    draft.write(lambda artifact: artifact.write_text("model"))
    return draft.finish(Inputs((), {}), SEEN)


class PlayedAgent:
    """Answers every job at once, as the test's script says."""

    jobs: list  # (function, what)
    script: dict

    def __init__(self, name, setup, events):
        self.name, self._events, self._numbers = name, events, itertools.count()

    def submit(self, job):
        number = next(self._numbers)
        self._play(job, number)
        return number

    def _play(self, job, number):
        def say(**event):
            self._events.put((self, {"id": number, **event}))

        arguments = job.arguments
        if job.function.endswith("reload"):
            self.jobs.append(("reload", self.name, Path(arguments["record"]).name, arguments["loader"]))
            outcome = self.script.get(("reload", arguments["loader"]), RETURNED)
            if outcome is RETURNED:
                write_observation(Path(arguments["observation"]), SEEN)
                outcome = {**RETURNED, "value": {**RETURNED["value"], "again": self._again(arguments["again"])}}
            say(event="ended", outcome=outcome)
            return
        self.jobs.append(("train", arguments["recipe"], tuple(arguments["formats"])))
        if "train" in self.script:
            say(event="ended", outcome=self.script["train"])
            return
        for name in arguments["formats"]:
            say(event="progress", value={"format": name, "saving": True})
            if ("save", name) in self.script:
                say(event="ended", outcome=self.script.pop(("save", name)))
                return
            say(event="progress", value={"format": name, "saving": False})
        for name in arguments["formats"]:
            path = recorded(Path(arguments["records"]) / arguments["recipe"] / name, name)
            say(event="progress", value={"format": name, "trained": 1.0, "seconds": 1.0, "record": str(path)})
        say(event="ended", outcome={"kind": "returned", "value": None})

    def _again(self, targets):
        """Format -> what became of saving what was loaded in it."""
        return {
            name: self.script.get(("again", name)) or {"record": str(recorded(Path(folder), name))}
            for name, folder in targets
        }

    ended = False

    def cancel(self, number):
        pass

    def close(self):
        pass


@pytest.fixture
def play(tmp_path, monkeypatch):
    """Run cells with a script; returns the verdicts by id, and the jobs."""

    def run(cells, **script):
        agent = type("Agent", (PlayedAgent,), {"jobs": [], "script": {**script.pop("steps", {}), **script}})
        monkeypatch.setattr(harness.processes.fleet, "Agent", agent)
        run = Run(cells, HERE, Settings(tmp_path / "records", tmp_path / "logs", workers=1)).start()
        try:
            return {case.id: run.verdict(case) for case in cells}, agent.jobs
        finally:
            run.close()

    return run


def cells(*names, recipe="recipe"):
    return [Case(Recipe(recipe, "subject"), *name.split("-")) for name in names]


def test_a_recipe_is_trained_once_for_all_its_formats(play):
    wanted = cells("savedmodel-bare", "savedmodel-code", "whole_h5-code") + cells("whole_h5-bare", recipe="other")
    _, jobs = play(wanted)

    assert [job for job in jobs if job[0] == "train"] == [
        ("train", "recipe", ("savedmodel", "whole_h5")),
        ("train", "other", ("whole_h5",)),
    ]


def test_a_reload_goes_to_the_profile_of_its_loader(play):
    _, jobs = play(cells("savedmodel-bare", "savedmodel-code"))

    first_loads = {job for job in jobs[1:] if job[2] == "savedmodel"}
    assert {("reload", "plain", "savedmodel", "bare"), ("reload", "full", "savedmodel", "code")} == first_loads


def test_the_records_of_a_finished_run_are_gone(play, tmp_path):
    play(cells("savedmodel-bare"))

    assert not (tmp_path / "records").exists()


def test_training_that_fails_fails_all_its_cells(play):
    verdicts, jobs = play(
        cells("savedmodel-bare", "whole_h5-code"),
        train={"kind": "raised", "exception": "ValueError", "message": "no data"},
    )

    assert {("train", "ValueError: no data")} == {(each.stage, each.failure) for each in verdicts.values()}
    assert 1 == len(jobs)


def test_a_save_that_crashes_costs_its_own_format_alone(play):
    verdicts, jobs = play(
        cells("savedmodel-bare", "whole_h5-code", "dot_keras-code"),
        steps={("save", "whole_h5"): {"kind": "crashed", "signal": "SIGSEGV"}},
    )

    assert ["", "crashed: SIGSEGV", ""] == [each.failure for each in verdicts.values()]
    assert ["", "save", ""] == [each.stage for each in verdicts.values()]
    assert ("train", "recipe", ("savedmodel", "dot_keras")) in jobs


def test_a_reload_that_hangs_is_told(play):
    verdicts, _ = play(
        cells("savedmodel-bare", "savedmodel-code"), steps={("reload", "bare"): {"kind": "timed out", "seconds": 5}}
    )

    assert [("reload", "timed out after 5 s"), ("", "")] == [(each.stage, each.failure) for each in verdicts.values()]


def test_a_full_disk_ends_the_run(play):
    with pytest.raises(InfrastructureError, match="the disk is full"):
        play(
            cells("savedmodel-bare"),
            train={"kind": "raised", "exception": "InfrastructureError", "message": "the disk is full"},
        )


def test_what_was_loaded_is_saved_and_loaded_twice_more_and_once_in_another_format(play):
    verdicts, jobs = play(cells("savedmodel-bare"))

    assert ["savedmodel", "savedmodel", "whole_h5", "savedmodel"] == [job[2] for job in jobs[1:]]
    assert {"bare"} == {job[3] for job in jobs[1:]}
    assert () == next(iter(verdicts.values())).about("resave")


def test_what_is_served_is_not_saved_again(play):
    verdicts, jobs = play(cells("savedmodel-serving"))

    assert ["savedmodel"] == [job[2] for job in jobs[1:]]
    assert "a serving load gives no model to save" == next(iter(verdicts.values())).unobservable["resave"]


def test_a_model_that_cannot_be_saved_again_is_a_difference_of_its_own(play):
    verdicts, _ = play(cells("savedmodel-bare"), steps={("again", "savedmodel"): {"failure": "ValueError: no"}})

    assert ["resave['load 2']: did not save: ValueError: no"] == [
        str(each) for each in next(iter(verdicts.values())).differences
    ]


def test_the_end_of_an_agent_that_was_replaced_is_no_news(tmp_path, monkeypatch):
    played = type("Agent", (PlayedAgent,), {"jobs": [], "script": {}})
    monkeypatch.setattr(harness.processes.fleet, "Agent", played)
    fleet = Fleet(HERE, tmp_path)
    gone = played("full", None, fleet.events)
    fleet.events.put((gone, {"event": "died", "message": "long ago"}))
    (case,) = cells("whole_h5-code")
    run = Run([case], HERE, Settings(tmp_path / "records", tmp_path), fleet).start()

    assert "" == run.verdict(case).failure
    run.close()
    assert fleet.agent("full") is fleet.agent("full")
    fleet.agent("full").ended = True
    assert not fleet.agent("full").ended
