"""Every decision of the driver: what a fresh process is told, and what follows when its job has ended."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from harness.driver.loading import OF_COMPILED_MODELS, TOO_LARGE_TO_CROSS, Loading, Mending, Trip
from harness.driver.plans import Load, RoundTrip, Save
from harness.driver.settings import Place, Settings
from harness.driver.steps import Judged
from harness.driver.tasks import first_tasks
from harness.driver.training import OF_AN_ARTIFACT, Training
from harness.environment import BLANK, FULL, PLAIN, TRAINING, Environment
from harness.messages import (
    Crashed,
    Look,
    NotSaved,
    Raised,
    Reloaded,
    Returned,
    Saved,
    Saving,
    Surroundings,
    TimedOut,
    Trained,
)
from harness.nouns import CODE, LOADERS, REBUILD, Case, Recipe
from harness.observation import Clue, Hidden, Observation
from harness.processes.surroundings import alone
from harness.record.about import About
from harness.record.batches import Inputs
from harness.record.observations import write_observation
from harness.record.record import Draft, Reference
from harness.verdict import Difference, Kept, Lost, Mend, Mended, Unseen, Verdict

HERE = Environment({"tensorflow": "2.21.0", "tf-keras": "2.21.0", "python": "3.11.7"})
RECIPE = Recipe("recipe", "subject", {"size": 1})
TOLD_THE_CODE = {"code", "rebuild"}


def place(environment=HERE, **settings):
    return Place(Settings(Path("logs"), **settings), Path("records"), environment)


def case(format="savedmodel", loader="bare"):
    return Case(RECIPE, format, loader)


def loading(format="", loader="bare", load=1, resave=True, compiled=True, generation=""):
    format = format or {"tfsm": "export", "runtime": "tf2onnx"}.get(loader, "savedmodel")
    alternatives = {each: Path(each) for each in ("savedmodel", "whole_h5", "dot_keras")}
    trip = Trip(Verdict(case(format, loader)), Path("record"), resave, compiled, alternatives)
    return Loading(trip, case(format, loader), Path("record"), load, generation)


def recorded(path, versions=None, facts=1.0, size=5):
    seen = Observation({"weights": {"a": np.full(2, facts)}})
    draft = Draft(path, About(RECIPE, "savedmodel", "model", versions=versions or {}))
    draft.write(lambda artifact: artifact.touch() or os.truncate(artifact, size))
    with Reference.written(path.parent, Inputs((), {}), seen) as reference:
        return draft.finish(reference)


@pytest.mark.parametrize("loader", LOADERS)
def test_a_process_is_told_the_code_only_where_its_loader_has_it(loader):
    told = loading(loader=loader).request(place()).code

    assert told == (RECIPE if loader in TOLD_THE_CODE else None)


@pytest.mark.parametrize("load", [1, 2])
def test_no_load_is_seeded_like_training(load):
    (training,) = first_tasks(RoundTrip((case(),)), HERE)
    trained = training.job(place(seed=20)).request.seed
    seeds = {loading(load=each).request(place(seed=20)).seed for each in (1, 2)}

    assert (20, 20 + load) == (trained, loading(load=load).request(place(seed=20)).seed)
    assert 2 == len(seeds - {trained})


def test_what_has_the_code_has_what_the_driver_has_around_it_and_nothing_else_has():
    (training,) = first_tasks(RoundTrip((case(),)), HERE)
    driver = Surroundings(("code",), Path("project"), {"MODE": "1"})
    where = replace(place(), driver=driver)
    around = {loader: loading(loader=loader).job(where).around for loader in LOADERS}

    assert driver == training.job(where).around
    assert {CODE: driver, REBUILD: driver} == {loader: each for loader, each in around.items() if each.folder}
    assert not [each for each in around.values() if each is not driver and (each.path or "MODE" in each.variables)]


def test_the_first_load_is_looked_at_in_full_and_further_ones_briefly():
    assert [Look.FULL, Look.BRIEF] == [loading(load=each).request(place()).look for each in (1, 2)]


def test_a_plan_without_compile_loads_without_it_and_promises_nothing_that_compile_makes():
    (compiled,) = first_tasks(Load({case(): Path("record")}), HERE)
    (task,) = first_tasks(Load({case(): Path("record")}, compiled=False), HERE)

    assert (True, False) == (compiled.request(place()).compiled, task.request(place()).compiled)
    assert compiled.trip.verdict.promised >= OF_COMPILED_MODELS
    assert not task.trip.verdict.promised & OF_COMPILED_MODELS


def test_a_record_that_is_given_is_loaded_once_and_from_where_it_is():
    (task,) = first_tasks(Load({case(): Path("old")}), HERE)

    assert (Path("old").absolute(), ()) == (task.request(place()).record, task.request(place()).save_again)
    assert "old" == task.trip.verdict.record


def test_a_reload_goes_to_the_profile_of_its_loader_and_training_has_the_libraries():
    (training,) = first_tasks(RoundTrip((case(),)), HERE)

    assert TRAINING == training.profile
    without_library = {**dict.fromkeys(("bare", "serving", "tfsm"), PLAIN), "runtime": BLANK}

    assert {each: without_library.get(each, FULL) for each in LOADERS} == {
        each: loading(loader=each).profile for each in LOADERS
    }


def test_what_loads_an_artifact_has_nothing_of_the_users_and_limits():
    recipe = Recipe("model", OF_AN_ARTIFACT, {"path": "model.h5", "data": ""})
    jobs = [Training(each, {}, Save(())).job(place(memory=7, file_size=9)) for each in (RECIPE, recipe)]

    assert [False, True] == [job.around == alone() for job in jobs]
    assert [(7, 9)] * 2 == [(job.memory, job.confinement.file_size) for job in jobs]


def test_a_job_is_named_by_its_cell_and_has_the_limits_of_the_run():
    job = loading(load=2, generation="load 2").job(place(seconds=7))

    assert ("recipe-savedmodel-bare-load-2.log", 7) == (job.log.name, job.seconds)


def test_a_recipe_is_trained_once_for_all_its_formats():
    cells = (case(), case("savedmodel", "code"), case("whole_h5", "code"))
    (training,) = first_tasks(RoundTrip(cells), HERE)

    assert ("savedmodel", "whole_h5") == training.job(place()).request.formats[:2]


def test_what_is_trained_is_saved_too_in_the_formats_that_a_load_will_be_saved_in():
    def formats(*cells, environment=HERE, plan=RoundTrip, **how):
        (task,) = first_tasks(plan(cells, **how), environment)
        return task.job(place()).request.formats

    old = Environment({"tensorflow": "2.12.1", "keras": "2.12.0"})

    assert ("dot_keras", "whole_h5") == formats(case("dot_keras"))
    assert ("whole_h5", "dot_keras") == formats(case("whole_h5"), case("dot_keras"))
    assert ("whole_h5",) == formats(case("whole_h5"), environment=old)
    assert ("savedmodel",) == formats(case(loader="serving"))
    assert ("dot_keras",) == formats(case("dot_keras"), resave=False) == formats(case("dot_keras"), plan=Save)


def generations(environment=HERE, **how):
    return [target.format for target in loading(**how).request(place(environment)).save_again]


def test_what_was_loaded_is_saved_again_and_in_another_format_where_that_is_one_too():
    old = Environment({"tensorflow": "2.12.1", "keras": "2.12.0"})

    assert ["whole_h5", "dot_keras"] == generations(format="whole_h5", loader="code")
    assert ["whole_h5"] == generations(old, format="whole_h5", loader="code")
    assert [] == generations(format="whole_h5", loader="code", load=2)


def test_what_cannot_hold_what_was_trained_is_no_format_to_save_a_load_in():
    task = loading(format="dot_keras", loader="code")
    task.trip.alternatives = {"dot_keras": Path("record")}

    assert ["dot_keras"] == [each.format for each in task.request(place()).save_again]


@pytest.mark.parametrize(
    ("size", "formats"), [(5, ["whole_h5", "dot_keras"]), (TOO_LARGE_TO_CROSS, ["whole_h5"])], ids=["small", "large"]
)
def test_what_is_large_is_saved_again_in_its_own_format_alone(tmp_path, size, formats):
    task = loading(format="whole_h5", loader="code")
    task.record = recorded(tmp_path / "record", size=size)

    assert formats == [each.format for each in task.request(place()).save_again]


def test_what_is_served_and_what_is_not_to_be_saved_again_is_not():
    assert [] == generations(loader="serving")
    assert [] == generations(resave=False)


def training(plan=None, formats=("savedmodel", "whole_h5", "dot_keras")):
    cells = tuple(case(format, "code") for format in formats)
    (task,) = first_tasks(plan(cells) if plan else RoundTrip(cells), HERE)
    return task


def test_training_that_fails_fails_all_its_cells_and_is_not_tried_again():
    following = training().ended(Raised("ValueError", "no data"), place())

    assert {("train", "ValueError: no data")} == {(each.stage, each.failure) for each in following.verdicts}
    assert (3, ()) == (len(following.verdicts), following.tasks)


def test_only_training_that_the_harness_refuses_is_what_was_given_wrongly():
    def refused(outcome, saving=""):
        task = training()
        task.saving = saving
        return {each.refused for each in task.ended(outcome, place()).verdicts}

    assert {True} == refused(Raised("HarnessError", "build() returned dict", ours="refusal"))
    assert {False} == refused(Raised("HarnessError", "of the user's own", ours=""))
    assert {False} == refused(Raised("SubjectError", "mine.py, line 7: no", ours="subject"))
    assert {False} == refused(TimedOut(5.0))
    assert {False} == refused(Raised("HarnessError", "cannot be saved", ours="refusal"), saving="savedmodel")


def test_a_save_that_crashes_costs_its_own_format_and_the_others_get_another_process():
    task = training()
    task.progressed(Saving("whole_h5"))
    following = task.ended(Crashed("SIGSEGV"), place())
    (again,) = following.tasks

    assert [("whole_h5", "save", "crashed: SIGSEGV")] == [
        (each.case.format, each.stage, each.failure) for each in following.verdicts
    ]
    assert ("savedmodel", "dot_keras") == again.job(place()).request.formats
    assert "recipe-attempt-2.log" == again.job(place()).log.name


def test_a_format_that_no_cell_has_costs_no_cell_when_its_save_crashes():
    (task,) = first_tasks(RoundTrip((case("dot_keras"),)), HERE)
    task.progressed(Saving("whole_h5"))
    following = task.ended(Crashed("SIGSEGV"), place())
    (again,) = following.tasks

    assert () == following.verdicts
    assert ("dot_keras",) == again.job(place()).request.formats


@pytest.mark.parametrize(
    ("other", "known"),
    [
        (Saved("whole_h5", Path("other"), 1.0), ["dot_keras", "whole_h5"]),
        (NotSaved("whole_h5", "ValueError: no", 1.0), ["dot_keras"]),
    ],
)
def test_a_format_that_no_cell_has_is_no_verdict_and_the_loads_know_of_it(other, known):
    (task,) = first_tasks(RoundTrip((case("dot_keras"),)), HERE)
    following = task.ended(Returned(Trained(1.0, (Saved("dot_keras", Path("record"), 1.0), other))), place())
    (load,) = following.tasks

    assert () == following.verdicts
    assert known == [each.format for each in load.request(place()).save_again]


def test_a_process_that_dies_between_two_saves_has_not_died_of_one():
    task = training()
    task.progressed(Saving("whole_h5"))
    task.progressed(Saving(""))

    assert {"train"} == {each.stage for each in task.ended(Crashed("SIGSEGV"), place()).verdicts}


def test_a_format_that_refuses_the_model_stops_its_cells_there():
    saves = (NotSaved("savedmodel", "ValueError: no", 0.5), NotSaved("whole_h5", "not for it", 0.1, suits=False))
    saved = Saved("dot_keras", Path("record"), 2.0)
    following = training().ended(Returned(Trained(1.0, (*saves, saved))), place())
    (task,) = following.tasks

    assert [("save", "ValueError: no", True), ("save", "not for it", False)] == [
        (each.stage, each.failure, each.suits) for each in following.verdicts
    ]
    assert isinstance(task, Loading)
    assert (Path("record"), {"train": 1.0, "save": 2.0}) == (task.record, task.trip.verdict.seconds)


def test_a_plan_that_only_saves_says_where_and_loads_nothing():
    trained = Returned(Trained(1.0, (Saved("savedmodel", Path("here"), 2.0),)))
    following = training(Save, ("savedmodel",)).ended(trained, place(records=Path("records")))

    assert ((), [("", "here")]) == (following.tasks, [(each.stage, each.record) for each in following.verdicts])


def test_the_record_of_a_run_that_keeps_none_is_not_named():
    trained = Returned(Trained(1.0, (Saved("savedmodel", Path("here"), 2.0),)))

    assert [""] == [each.record for each in training(Save, ("savedmodel",)).ended(trained, place()).verdicts]


def test_a_reload_that_hangs_is_a_verdict():
    (verdict,) = loading().ended(TimedOut(5), place()).verdicts

    assert ("reload", "timed out after 5 s", "logs/recipe-savedmodel-bare.log") == (
        verdict.stage,
        verdict.failure,
        verdict.log,
    )


@pytest.fixture
def load(tmp_path):
    """Judge one load of a record with a weight of 1.0 that was seen to be another."""

    def judge(seen, versions=None, saved_again=(), **how):
        where = Place(Settings(tmp_path / "logs"), tmp_path, HERE)
        task = loading(**how)
        task.record = task.trip.record = recorded(tmp_path / "record", {"tensorflow": "2.21.0"})
        (tmp_path / ".observed").mkdir(exist_ok=True)
        write_observation(tmp_path / ".observed" / task.name, Observation({"weights": {"a": np.full(2, seen)}}))
        here = versions or {"tensorflow": "2.21.0"}
        following = task.ended(Returned(Reloaded(1.0, 2.0, here, saved_again)), where)
        return task, task.judged(following.judging(), where)

    return judge


def test_judging_is_left_to_another_thread():
    following = loading().ended(Returned(Reloaded(1.0, 2.0, {})), place())

    assert ((), ()) == (following.tasks, following.verdicts)
    assert following.judging is not None


def test_what_was_seen_is_judged_by_the_record(load):
    _, following = load(2.0, resave=False)
    (verdict,) = following.verdicts

    assert isinstance(verdict.findings["weights"], Lost)
    assert Unseen("nothing was saved again") == verdict.findings["resave"]
    assert {"reload": 1.0, "observe": 2.0} == verdict.seconds


def test_another_environment_may_compute_a_little_otherwise_and_the_same_one_may_not(load):
    """Of predictions, that is: weights are compared to the bit, wherever they are."""
    from harness.verdicts.judge import OF_ANOTHER_PLACE

    task = loading()
    task._reloaded = Reloaded(1.0, 1.0, {"tensorflow": "2.21.0"}, processor="x86_64")
    _, here = load(1.0 + 1e-7, resave=False)
    (verdict,) = here.verdicts

    assert isinstance(verdict.findings["weights"], Lost)
    same = About(RECIPE, versions={"tensorflow": "2.21.0"}, processor="x86_64")
    others = [
        replace(same, versions={"tensorflow": "2.20.0"}),
        replace(same, processor="arm"),
        replace(same, processor=""),
    ]

    assert [0.0, *[OF_ANOTHER_PLACE] * 3] == [task.tolerance(each) for each in (same, *others)]


def test_a_reference_that_shows_nothing_of_what_was_loaded_is_no_round_trip(load, tmp_path):
    task = loading(resave=False)
    task.record = recorded(tmp_path / "record")
    where = Place(Settings(tmp_path / "logs"), tmp_path, HERE)
    (tmp_path / ".observed").mkdir()
    write_observation(tmp_path / ".observed" / task.name, Observation({"class": {"name": "Model"}}))
    reference = tmp_path / "record" / "reference"
    write_observation(reference, Observation({}, {"weights": Hidden("none"), "class": Hidden("none")}))
    following = task.ended(Returned(Reloaded(1.0, 2.0, {})), where)
    (verdict,) = task.judged(following.judging(), where).verdicts

    assert ("reload", "cannot be judged: the reference shows no aspect that was seen after the load") == (
        verdict.stage,
        verdict.failure,
    )


def test_an_unreadable_reference_costs_its_own_cell_alone(load, tmp_path):
    task = loading(resave=False)
    task.record = recorded(tmp_path / "record")
    (tmp_path / "record" / "reference.json").write_text("{")
    where = Place(Settings(tmp_path / "logs"), tmp_path, HERE)
    (tmp_path / ".observed").mkdir()
    write_observation(tmp_path / ".observed" / task.name, Observation({}))
    following = task.ended(Returned(Reloaded(1.0, 2.0, {})), where)
    (verdict,) = task.judged(following.judging(), where).verdicts

    assert "reload" == verdict.stage
    assert "reference.json and reference.safetensors, what the artifact is to be judged by, are damaged (JSON" in (
        verdict.failure
    )


def test_a_cell_waits_for_all_that_was_saved_again(load):
    saved = (Saved("savedmodel", Path("two"), 1.0), Saved("whole_h5", Path("other"), 1.0))
    _, following = load(1.0, saved_again=saved)
    second, other = following.tasks

    assert ("load 2", 2, "as whole_h5", 2) == (second.generation, second.load, other.generation, other.load)
    assert (Path("two"), Path("other")) == (second.record, other.record)
    assert () == following.verdicts
    assert () == second.trip.loads_end([]).verdicts
    (verdict,) = other.trip.loads_end([]).verdicts
    assert Kept() == verdict.findings["resave"]


def test_a_model_that_cannot_be_saved_again_has_lost_that(load):
    _, following = load(1.0, saved_again=(NotSaved("savedmodel", "ValueError: no\nmore", 1.0),))
    (verdict,) = following.verdicts

    assert ["resave['load 2']: did not save: ValueError: no"] == list(map(str, verdict.about("resave")))


def test_a_further_load_that_fails_is_a_difference_and_no_failure():
    task = loading(load=2, generation="load 2")
    (verdict,) = task.ended(Crashed("SIGSEGV"), place()).verdicts

    assert "" == verdict.stage
    assert ["resave['load 2']: saved, but did not reload: crashed: SIGSEGV"] == list(map(str, verdict.about("resave")))


CROSSED = Lost((Difference("weights", "a", "2.0, but should be 1.0"), Difference("weights", "b", "missing")))


def crossed(outcome=None, **findings):
    """The load of what a load has saved as whole_h5, ended in some way or with some findings; and what follows."""
    first = loading(format="dot_keras", loader="code")
    first.trip.verdict = Verdict(case("dot_keras", "code"), findings={}, promised=frozenset({"weights"}))
    crossing = first.generations(place())["whole_h5"]
    crossing._reloaded = Reloaded(1.0, 1.0, {})
    return crossing, crossing.ended(outcome, place()) if outcome else crossing.judged(Judged(findings), place())


def test_a_crossing_that_loses_nothing_costs_no_further_load():
    _, following = crossed(weights=Kept())
    (verdict,) = following.verdicts

    assert ((), Kept()) == (following.tasks, verdict.findings["resave"])


def test_what_a_crossing_loses_is_held_against_what_training_has_saved_in_that_format():
    _, following = crossed(weights=CROSSED)
    (control,) = following.tasks
    request = control.job(place()).request

    assert () == following.verdicts
    assert (Path("whole_h5").absolute(), "code", Look.BRIEF, ()) == (
        request.record,
        request.loader,
        request.look,
        request.save_again,
    )
    assert "recipe-dot_keras-code-whole_h5-of-training" == control.name


@pytest.mark.parametrize(
    ("control", "told"),
    [
        (Kept(), ["a']: 2.0, but should be 1.0", "b']: missing"]),
        (Lost((Difference("weights", "a", "3.0, but should be 1.0"),)), ["b']: missing"]),
        (CROSSED, []),
    ],
)
def test_what_another_format_loses_right_after_training_is_not_lost_by_a_crossing_to_it(control, told):
    _, following = crossed(weights=CROSSED)
    (task,) = following.tasks
    (verdict,) = task.judged(Judged({"weights": control}), place()).verdicts

    assert [f"resave['as whole_h5: weights {each}" for each in told] == list(map(str, verdict.about("resave")))


@pytest.mark.parametrize(
    ("loads", "told"),
    [(True, ["resave['as whole_h5']: saved, but did not reload: ValueError: no"]), (False, [])],
)
def test_what_does_not_load_from_another_format_counts_if_it_loads_right_after_training(loads, told):
    _, following = crossed(Raised("ValueError", "no"))
    (task,) = following.tasks
    ended = task.judged(Judged({}), place()) if loads else task.ended(Raised("ValueError", "no"), place())
    (verdict,) = ended.verdicts

    assert told == list(map(str, verdict.about("resave")))


def test_only_what_a_further_generation_loses_besides_is_told(load):
    known = Lost((Difference("weights", "a", "2.0, but should be 1.0"),))
    told = {}
    for first in ({}, {"weights": known}):
        task, _ = load(2.0, load=2, generation="load 2")
        task.trip.beyond, task.trip.waiting = [], 1
        task.trip.verdict = Verdict(case(), findings=first, promised=task.trip.verdict.promised)
        judged = Judged({"weights": Lost((Difference("weights", "a", "4.0, but should be 2.0"),))})
        (verdict,) = task.judged(judged, place()).verdicts
        told[bool(first)] = list(map(str, verdict.about("resave")))

    assert {False: ["resave['load 2: weights a']: 4.0, but should be 2.0"], True: []} == told


def test_a_further_generation_is_held_against_what_training_saw_and_not_against_the_one_before(load, tmp_path):
    """What the first generation has lost may come back, as the names of weights do: that is no further loss."""
    task, _ = load(1.0, load=2, generation="load 2")
    task.record = recorded(tmp_path / "saved again", {"tensorflow": "2.21.0"}, facts=7.0)
    where = Place(Settings(tmp_path / "logs"), tmp_path, HERE)

    assert Kept() == task.judge(where).findings["weights"]


UNKNOWN = Clue("unregistered", "layer 'pool'", {"name": "Pool", "module": "mine", "kind": "class"})
NOT_FOUND = Raised("ValueError", "Unknown layer: 'Pool'")


def mending(loader="bare", mends=True):
    """What follows when a load has failed of a class that a process without the code does not find."""
    task = loading("dot_keras", loader)
    task.trip.clues, task.trip.mends = (UNKNOWN,), mends
    return task, task.ended(NOT_FOUND, place())


def test_what_is_known_against_a_cause_is_tried_in_one_more_process_and_the_verdict_waits():
    _, following = mending()
    (mend,) = following.tasks
    request = mend.request(place())

    assert () == following.verdicts
    assert "recipe-dot_keras-bare-mend-by_name" == mend.name
    assert (CODE, RECIPE, ("mine:Pool",), ()) == (
        request.loader,
        request.code,
        request.mend.objects,
        request.save_again,
    )
    assert FULL == mend.profile
    (verdict,) = mend.ended(TimedOut(5), place()).verdicts
    assert ("reload", (UNKNOWN,)) == (verdict.stage, verdict.causes)
    assert [Mended(request.mend, CODE, "timed out after 5 s")] == list(verdict.mended)


def test_of_what_does_not_load_the_size_is_known_where_it_was_saved(tmp_path):
    task = loading("dot_keras", "bare")
    assert 0 == task.trip.stopped("ValueError: Pool", tmp_path).verdicts[0].size
    task.trip.record = recorded(tmp_path / "record")
    assert 5 == task.trip.stopped("ValueError: Pool", tmp_path).verdicts[0].size


def test_nothing_is_tried_without_a_cause_or_where_it_is_not_wanted():
    for _, following in (mending(mends=False), mending("code")):
        (verdict,) = following.verdicts

        assert () == verdict.mended
        assert () == following.tasks


def test_what_a_mend_keeps_and_loses_is_judged_by_the_record(tmp_path):
    task, following = mending()
    (mend,) = following.tasks
    mend.record = task.trip.record = recorded(tmp_path / "record")
    (tmp_path / ".observed").mkdir()
    write_observation(tmp_path / ".observed" / mend.name, Observation({"weights": {"a": np.full(2, 1.0)}}))
    where = Place(Settings(tmp_path / "logs"), tmp_path, HERE)
    (verdict,) = mend.judged(mend.ended(Returned(Reloaded(1.0, 2.0, {})), where).judging(), where).verdicts

    assert [("", ("weights", "warnings"), ())] == [(each.failure, each.kept, each.lost) for each in verdict.mended]


def test_a_mend_without_compile_loads_so_and_one_of_a_policy_has_what_its_loader_has():
    task = loading("dot_keras", "bare")
    for mend in (Mend("uncompiled", (), compiled=False), Mend("policy", (), policy="mixed_float16")):
        request = Mending.of(task.trip, mend).request(place())

        assert (mend.compiled, None, mend) == (request.compiled, request.code, request.mend)


def test_a_round_trip_tries_mends_where_its_plan_says_so():
    saved = Returned(Trained(1.0, (Saved("savedmodel", Path("here"), 2.0),), (UNKNOWN,)))
    for wanted in (True, False):
        plan = RoundTrip((case(),), mends=wanted)
        (task,) = first_tasks(plan, HERE)[0].ended(saved, place()).tasks

        assert wanted == task.trip.mends


def test_a_task_of_training_is_not_judged():
    with pytest.raises(AssertionError, match="training is not judged"):
        Training(RECIPE, {}, RoundTrip(())).judged(Judged(), place())
