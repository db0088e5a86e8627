"""A run over agents that are played by the test: the order of jobs, and what becomes of everybody who waits."""

from __future__ import annotations

import itertools
import os
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from harness.driver.loading import OBSERVED
from harness.driver.plans import Load, RoundTrip
from harness.driver.run import Now, Run
from harness.driver.settings import Settings
from harness.environment import Environment
from harness.messages import (
    Crashed,
    Died,
    Ended,
    NotSaved,
    Progress,
    Raised,
    Reloaded,
    Returned,
    Saved,
    Saving,
    TimedOut,
    Trained,
)
from harness.nouns import Case, InfrastructureError, Recipe
from harness.observation import Observation
from harness.processes.fleet import Fleet
from harness.record.about import About
from harness.record.batches import Inputs
from harness.record.observations import write_observation
from harness.record.record import Draft, Reference

HERE = Environment({"tensorflow": "2.21.0", "tf-keras": "2.21.0", "python": "3.11.7"})
SEEN = Observation({"weights": {"a": np.ones(1)}})


def recorded(path, format):
    draft = Draft(path, About(Recipe("recipe", "subject"), format, "model"))
    draft.write(lambda artifact: artifact.write_text("model"))
    with Reference.written(path.parent, Inputs((), {}), SEEN) as reference:
        return draft.finish(reference)


class PlayedAgent:
    """Answers every job at once, as the test's script says."""

    jobs: list  # (function, what)
    script: dict
    ended = False

    def __init__(self, name, setup):
        self.name, self._numbers = name, itertools.count()

    def submit(self, job, listen):
        ended = self._reload(job.request) if job.function.endswith("reload") else self._train(job.request, listen)
        listen(ended if isinstance(ended, Died) else Ended(ended, 1.0))
        return next(self._numbers)

    def _reload(self, request):
        self.jobs.append(("reload", self.name, request.record.name, request.loader))
        if ("reload", request.loader) in self.script:
            return self.script["reload", request.loader]
        write_observation(request.observation, SEEN)
        again = (
            self.script.get(("again", each.format)) or Saved(each.format, recorded(each.record, each.format), 1.0)
            for each in request.save_again
        )
        return Returned(Reloaded(1.0, 1.0, {}, tuple(again)))

    def _train(self, request, listen):
        self.jobs.append(("train", request.recipe.id, request.formats))
        if "train" in self.script:
            return self.script["train"]
        for name in request.formats:
            listen(Progress(Saving(name)))
            if ("save", name) in self.script:
                return self.script.pop(("save", name))
            listen(Progress(Saving("")))
        folder = request.records / request.recipe.id
        return Returned(
            Trained(1.0, tuple(Saved(name, recorded(folder / name, name), 1.0) for name in request.formats))
        )

    def inherit(self, own, lent=()):
        pass

    def cancel(self, number):
        pass

    def close(self):
        pass


def played(agent):
    """A fleet of such agents. Nothing is patched: in a run of the whole suite real agents are at work meanwhile."""
    return Fleet(HERE, Path("logs"), start=agent)


@pytest.fixture
def play(tmp_path):
    """Run cells with a script; returns the verdicts by id, and the jobs."""

    def run(cells, plan=RoundTrip, records=None, **script):
        agent = type("Agent", (PlayedAgent,), {"jobs": [], "script": {**script.pop("steps", {}), **script}})
        with Run([plan(cells)], HERE, Settings(tmp_path / "logs", records, workers=1), played(agent)) as verdicts:
            return {each.case.id: each for each in verdicts}, agent.jobs

    return run


def cells(*names, recipe="recipe"):
    return tuple(Case(Recipe(recipe, "subject"), *name.split("-")) for name in names)


@pytest.mark.parametrize("kept", [False, True])
def test_agents_know_of_what_goes_with_the_run_before_it_is_there(tmp_path, kept):
    told, caller = [], tmp_path / "of-the-caller"

    class Agent(PlayedAgent):
        jobs, script = [], {}

        def inherit(self, own, lent=()):
            told.append([(each, each.exists()) for each in (*own, *lent)])

    settings = Settings(tmp_path / "logs", tmp_path / "kept" if kept else None, workers=1, orphans=(caller,))
    with Run([RoundTrip(cells("savedmodel-bare", "savedmodel-code"))], HERE, settings, played(Agent)) as verdicts:
        known = [each for agent in told for each in agent]
        assert 3 == len(told), "training, and a profile of each loader"
        assert {False} == {existed for _, existed in known}
        (folder,) = {each for each, _ in known} - {caller}
        assert folder.is_dir()
        assert (tmp_path / "kept" == folder.parent) is kept
        list(verdicts)
    assert not folder.exists()


def test_a_recipe_is_trained_once_for_all_its_formats(play):
    wanted = cells("savedmodel-bare", "savedmodel-code", "whole_h5-code") + cells("whole_h5-bare", recipe="other")
    verdicts, jobs = play(wanted)

    assert [job for job in jobs if job[0] == "train"] == [
        ("train", "recipe", ("savedmodel", "whole_h5", "dot_keras")),
        ("train", "other", ("whole_h5", "dot_keras")),
    ]
    assert [each.id for each in wanted] == list(verdicts)


def test_a_reload_goes_to_the_profile_of_its_loader(play):
    _, jobs = play(cells("savedmodel-bare", "savedmodel-code"))

    first_loads = {job for job in jobs[1:] if job[2] == "savedmodel"}
    assert {("reload", "plain", "savedmodel", "bare"), ("reload", "full", "savedmodel", "code")} == first_loads


def test_a_cell_is_completed_before_another_recipe_is_trained(play):
    _, jobs = play(cells("savedmodel-serving") + cells("savedmodel-serving", recipe="other"))

    assert ["train", "reload", "train", "reload"] == [job[0] for job in jobs]


def test_the_records_of_a_run_that_keeps_none_are_gone(play, tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    verdicts, _ = play(cells("savedmodel-bare"))

    assert [""] == [each.record for each in verdicts.values()]
    assert [] == list((tmp_path / "temporary").iterdir())


def test_records_that_are_kept_stay_and_nothing_else(play, tmp_path):
    verdicts, _ = play(cells("savedmodel-bare"), records=tmp_path / "records")

    assert [str(tmp_path / "records" / "recipe" / "savedmodel")] == [each.record for each in verdicts.values()]
    assert [tmp_path / "records" / "recipe"] == list((tmp_path / "records").iterdir())


class Unanswering(PlayedAgent):
    """Trains the recipe "other" for ever."""

    def submit(self, job, listen):
        if job.function.endswith("reload") or job.request.recipe.id != "other":
            return super().submit(job, listen)
        return next(self._numbers)


def test_a_second_ctrl_c_waits_for_nobody_and_leaves_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    (tmp_path / "temporary").mkdir()
    ends = threading.Event()

    class Busy(Unanswering):
        jobs, script = [], {}

        def cancel(self, number):
            ends.wait()

    def second():
        raise KeyboardInterrupt

    run = Run([RoundTrip(cells("savedmodel-bare", recipe="other"))], HERE, Settings(tmp_path), played(Busy))
    run.__enter__()
    assert list((tmp_path / "temporary").iterdir())
    join, run._thread.join = run._thread.join, second
    with pytest.raises(KeyboardInterrupt):
        run.__exit__(None, None, None)
    left = list((tmp_path / "temporary").iterdir())
    ends.set()
    join()

    assert [] == left


@pytest.mark.parametrize("kept", [False, True])
def test_what_nobody_reads_any_more_is_gone_while_the_run_goes_on(tmp_path, monkeypatch, kept):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    agent = type("Agent", (Unanswering,), {"jobs": [], "script": {}})
    settings = Settings(tmp_path / "logs", tmp_path / "records" if kept else None, workers=2)
    wanted = cells("savedmodel-bare", "whole_h5-code")
    with Run([RoundTrip(wanted + cells("dot_keras-code", recipe="other"))], HERE, settings, played(agent)) as run:
        assert ["", ""] == [run[case].failure for case in wanted]
        folder = next(tmp_path.glob("records" if kept else "round-trips-*"))

        def left():
            files = [Path(root, name) for root, _, names in os.walk(folder) for name in names]
            records = {str(path.parent.relative_to(folder)) for path in files if path.name == "record.json"}
            return records, [path for path in files if OBSERVED in path.parts]

        trained = {f"recipe/{format}" for format in ("savedmodel", "whole_h5", "dot_keras")} if kept else set()
        assert eventually(lambda: left() == (trained, [])), left()


def test_a_recipe_is_kept_as_long_as_a_cell_of_it_waits(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    agent = type("Agent", (PlayedAgent,), {"jobs": [], "script": {("reload", "bare"): TimedOut(5)}})
    wanted = cells("savedmodel-bare", "savedmodel-code", "whole_h5-code")
    with Run([RoundTrip(wanted)], HERE, Settings(tmp_path / "logs", workers=1), played(agent)) as run:
        verdicts = list(run)

    assert ["timed out after 5 s", "", ""] == [each.failure for each in verdicts]


def eventually(condition, seconds=10.0):
    """Whether something becomes so; what a run throws away goes in another thread."""
    end = time.monotonic() + seconds
    while not condition() and time.monotonic() < end:
        time.sleep(0.01)
    return condition()


def test_a_save_that_crashes_is_tried_no_more_and_the_others_are(play):
    verdicts, jobs = play(
        cells("savedmodel-bare", "whole_h5-code", "dot_keras-code"),
        steps={("save", "whole_h5"): Crashed("SIGSEGV")},
    )

    assert ["", "crashed: SIGSEGV", ""] == [each.failure for each in verdicts.values()]
    assert ("train", "recipe", ("savedmodel", "dot_keras")) in jobs


def test_a_reload_that_hangs_leaves_the_others_alone(play):
    verdicts, _ = play(cells("savedmodel-bare", "savedmodel-code"), steps={("reload", "bare"): TimedOut(5)})

    assert [("reload", "timed out after 5 s"), ("", "")] == [(each.stage, each.failure) for each in verdicts.values()]


def test_a_full_disk_ends_the_run(play):
    with pytest.raises(InfrastructureError, match="the disk is full"):
        play(cells("savedmodel-bare"), train=Raised("InfrastructureError", "the disk is full", ours="infrastructure"))


def test_an_exception_of_the_model_is_a_verdict_whatever_it_is_called(play):
    verdicts, _ = play(cells("savedmodel-bare"), train=Raised("InfrastructureError", "of the model"))

    assert [("train", "InfrastructureError: of the model")] == [(v.stage, v.failure) for v in verdicts.values()]


def test_an_agent_that_dies_ends_the_run(play):
    with pytest.raises(InfrastructureError, match="it ended"):
        play(cells("savedmodel-bare"), train=Died("it ended"))


def test_a_folder_that_cannot_be_written_ends_the_run_before_it_begins(play, tmp_path):
    (tmp_path / "file").write_text("")

    with pytest.raises(InfrastructureError, match=r"file/records: cannot be written \(Not a directory\)"):
        play(cells("savedmodel-bare"), records=tmp_path / "file" / "records")


def test_what_was_loaded_is_saved_and_loaded_again_and_in_another_format_too(play):
    verdicts, jobs = play(cells("savedmodel-bare"))

    assert ["savedmodel"] * 2 + ["whole_h5"] == sorted(job[2] for job in jobs[1:])
    assert {"bare"} == {job[3] for job in jobs[1:]}
    (verdict,) = verdicts.values()
    assert () == verdict.about("resave")
    assert {"train": 1.0, "save": 1.0, "reload": 1.0, "observe": 1.0, "resave": 4.0} == verdict.seconds


def test_what_is_served_is_not_saved_again(play):
    verdicts, jobs = play(cells("savedmodel-serving"))

    assert ["savedmodel"] == [job[2] for job in jobs[1:]]
    assert "a serving load gives no model to save" == next(iter(verdicts.values())).findings["resave"].why


def test_a_model_that_cannot_be_saved_again_is_a_difference_of_its_own(play):
    refused = NotSaved("savedmodel", "ValueError: no", 1.0)
    verdicts, _ = play(cells("savedmodel-bare"), steps={("again", "savedmodel"): refused})

    assert ["resave['load 2']: did not save: ValueError: no"] == [
        str(each) for each in next(iter(verdicts.values())).about("resave")
    ]


def test_two_plans_are_one_run(tmp_path):
    fleet = played(type("Agent", (PlayedAgent,), {"jobs": [], "script": {}}))
    old, new = cells("savedmodel-serving", recipe="old") + cells("savedmodel-serving")
    record = recorded(tmp_path / "old", "savedmodel")

    with Run([RoundTrip((new,)), Load({old: record})], HERE, Settings(tmp_path), fleet) as verdicts:
        assert ["recipe-savedmodel-serving", "old-savedmodel-serving"] == [each.case.id for each in verdicts]
        assert str(record) == verdicts[old].record


def test_whoever_waits_when_a_run_is_stopped_learns_of_it(tmp_path):
    fleet = played(type("Agent", (PlayedAgent,), {"submit": lambda self, job, listen: 0}))
    (case,) = cells("savedmodel-bare")
    told = []

    def wait(run):
        with pytest.raises(InfrastructureError) as error:
            run[case]
        told.append(str(error.value))

    with Run([RoundTrip((case,))], HERE, Settings(tmp_path), fleet) as run:
        waiting = threading.Thread(target=wait, args=(run,))
        waiting.start()
    waiting.join()

    assert ["the run was stopped before this case"] == told


def test_every_agent_is_started_before_the_run_is_entered(tmp_path):
    started = []

    class Agent(PlayedAgent):
        def __init__(self, name, setup):
            super().__init__(name, setup)
            started.append(name)

        def submit(self, job, listen):
            return 0

    with Run([RoundTrip(cells("savedmodel-bare", "savedmodel-code"))], HERE, Settings(tmp_path), played(Agent)):
        assert ["training", "plain", "full"] == started


def test_an_agent_that_has_ended_is_started_anew():
    fleet = played(type("Agent", (PlayedAgent,), {}))

    assert fleet.agent("full") is fleet.agent("full")
    fleet.agent("full").ended = True
    assert not fleet.agent("full").ended


def test_whoever_waits_can_ask_how_far_it_is(tmp_path):
    submitted = threading.Event()
    heard = []

    class Agent(PlayedAgent):
        def submit(self, job, listen):
            heard.append(listen)
            submitted.set()
            return 0

    (case,) = cells("savedmodel-bare")
    with Run([RoundTrip((case,))], HERE, Settings(tmp_path), played(Agent)) as run:
        assert submitted.wait(10)
        assert not run.wait(case, 0.01)
        while not run.now.running:
            run.wait(case, 0.01)
        assert Now(0, 1, ("train recipe",)) == run.now
        heard[0](Ended(Crashed("SIGSEGV"), 1.0))
        assert run.wait(case, 10)
        assert Now(1, 1) == Now(run.now.done, run.now.total)


def test_two_runs_keep_their_records_in_one_folder_and_neither_takes_away_the_other_s(play, tmp_path):
    scratches = []

    class Agent(PlayedAgent):
        jobs, script = [], {}

        def _reload(self, request):
            if not scratches:  # while this run loads, another one begins and ends
                scratches.append(request.observation.parent)
                play(cells("savedmodel-bare", recipe="other"), records=tmp_path / "records")
                assert scratches[0].is_dir()
            return super()._reload(request)

    settings = Settings(tmp_path / "logs", tmp_path / "records", workers=1)
    with Run([RoundTrip(cells("savedmodel-bare"))], HERE, settings, played(Agent)) as verdicts:
        assert [""] == [each.stage for each in verdicts]

    assert {"recipe", "other"} == {each.name for each in (tmp_path / "records").iterdir()}


def test_a_run_that_is_open_for_more_takes_another_plan_with_agents_that_stay_warm(tmp_path):
    started, told, passing = [], [], tmp_path / "passing"

    class Agent(PlayedAgent):
        jobs, script = [], {}

        def __init__(self, name, setup):
            super().__init__(name, setup)
            started.append(name)

        def inherit(self, own, lent=()):
            told.append((self.name, passing in own))

    first, second = cells("savedmodel-bare"), cells("savedmodel-bare", "savedmodel-code", recipe="second")
    settings = Settings(tmp_path / "logs", workers=1, passing=(passing,))
    with Run([RoundTrip(first)], HERE, settings, played(Agent), more=True) as run:
        assert "" == run[first[0]].stage
        assert (1, 1) == (run.now.done, run.now.total)
        run.add(RoundTrip(second))
        assert ["", ""] == [run[case].stage for case in second]
        assert 3 == run.now.total

    assert ["training", "plain", "full"] == started, "the last when it was needed"
    assert [(name, True) for name in started] == told, "each knows what goes with the run, once"


def test_a_run_that_is_open_for_more_ends_when_it_is_left(tmp_path):
    fleet = played(type("Agent", (PlayedAgent,), {"jobs": [], "script": {}}))
    (case,) = cells("savedmodel-bare")
    with Run([RoundTrip((case,))], HERE, Settings(tmp_path), fleet, more=True) as run:
        run[case]
    assert not run._thread.is_alive()
