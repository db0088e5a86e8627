"""What the driver and the fresh processes import, and that both kinds of fresh process agree."""

from __future__ import annotations

import queue
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from places import PYTHONPATH, TESTS

from harness.driver.plans import Load, RoundTrip, Save
from harness.driver.run import Run
from harness.driver.settings import Place, Settings
from harness.driver.tasks import first_tasks
from harness.environment import FULL, PLAIN, Environment, profile_of
from harness.formats import USUAL
from harness.messages import Ended
from harness.nouns import BARE, CODE, LIBRARY, REBUILD, SERVING, Case, Recipe
from harness.processes.fleet import AgentHandle, Setup

needs_tensorflow = pytest.mark.skipif("tensorflow" not in Environment().versions, reason="TensorFlow is not installed")


@pytest.fixture(scope="module", autouse=True)
def tests_are_importable():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", PYTHONPATH)
        yield patch


@needs_tensorflow
def test_the_driver_imports_no_tensorflow():
    script = """
import sys, pytest
class Spy:
    def pytest_collection_finish(self, session):
        imported = {name.partition(".")[0] for name in sys.modules}
        print("heavy:", sorted(imported & {"tensorflow", "keras", "tf_keras", "transformers"}))
        print("cells:", len(session.items) > 1000)
sys.exit(pytest.main(["--collect-only", "-qq", "cases"], plugins=[Spy()]))
"""
    result = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)

    assert "heavy: []\ncells: True" in result.stdout


KNOWS_TRANSFORMERS = {BARE: False, SERVING: False, LIBRARY: True, CODE: True, REBUILD: True}
# Of the loaders that read a SavedModel of legacy Keras.
KNOWS_CASES = {BARE: False, SERVING: False, LIBRARY: False, CODE: True, REBUILD: True}


@pytest.fixture(scope="module")
def imported(tmp_path_factory, tests_are_importable):
    """Loader -> what the process has imported that reloaded a model of cases/ so, told what the driver tells it."""
    folder = tmp_path_factory.mktemp("imports")
    (folder / ".keras").mkdir()
    (folder / ".keras" / "keras.json").write_text('{"epsilon": 0.001, "floatx": "float32"}')
    tests_are_importable.setenv("HOME", str(folder))
    recipe = Recipe("mended", "cases.examples.mended_functional")
    settings = Settings(folder, folder / "records")
    with Run([Save((Case(recipe, "savedmodel", SERVING),))], Environment(), settings) as verdicts:
        (verdict,) = verdicts
    loads = {loader: {Case(recipe, "savedmodel", loader): Path(verdict.record)} for loader in KNOWS_CASES}
    place = Place(settings, folder, Environment())
    jobs = {loader: first_tasks(Load(load), Environment())[0].job(place) for loader, load in loads.items()}
    jobs = {loader: replace(job, function="imports:reload", around=with_tests(job)) for loader, job in jobs.items()}
    (folder / ".observed").mkdir()
    return {**values(PLAIN, jobs, folder), **values(FULL, jobs, folder)}


def with_tests(job):
    """What is around a job, and the tests, in which the job is."""
    return replace(job.around, path=(*job.around.path, str(TESTS)))


def values(profile, jobs, folder):
    """Loader -> the value of its job, of the loaders that use a profile."""
    environment, ended = Environment(), queue.Queue()
    setup = Setup(
        folder / "agent.log",
        variables=environment.variables(),
        preload=environment.preload(profile),
        alone=profile == PLAIN,
    )
    agent = AgentHandle(profile, setup)
    mine = {loader: job for loader, job in jobs.items() if profile_of(loader) == profile}
    try:
        for loader, job in mine.items():
            agent.submit(job, lambda said, loader=loader: isinstance(said, Ended) and ended.put((loader, said.outcome)))
        return {loader: outcome.value for loader, outcome in (ended.get(timeout=300) for _ in mine)}
    finally:
        agent.close()


@needs_tensorflow
@pytest.mark.parametrize("loader", KNOWS_CASES)
def test_a_reload_imports_what_its_loader_has_and_nothing_else(imported, loader):
    assert "tensorflow" in imported[loader]["imported"]
    assert KNOWS_TRANSFORMERS[loader] == ("transformers" in imported[loader]["imported"])
    assert KNOWS_CASES[loader] == imported[loader]["cases"]


@needs_tensorflow
@pytest.mark.parametrize("loader", KNOWS_CASES)
def test_keras_has_the_settings_of_its_authors_home_where_it_has_the_code(imported, loader):
    assert (0.001 if KNOWS_CASES[loader] else 1e-7) == imported[loader]["epsilon"]


def verdicts(cells, folder, fresh):
    plan = RoundTrip(tuple(cells), resave=False)
    with Run([plan], Environment().without_library(), Settings(folder / "logs", fresh=fresh)) as found:
        return {verdict.case.loader: verdict for verdict in found}


@needs_tensorflow
def test_forked_and_new_interpreters_agree_whatever_the_loader(tmp_path):
    toy, hugging_face = Recipe("toy", "toy"), Recipe("hugging_face", "toy_hugging_face")
    # One format for each: a new interpreter takes as long as TensorFlow's import.
    cells = [
        Case(toy, "savedmodel", BARE),
        Case(toy, "whole_h5", CODE),
        Case(toy, "weights_h5", REBUILD),
        Case(toy, "export", SERVING),
        Case(hugging_face, "hf_safetensors", LIBRARY),
    ]
    cells = [each for each in cells if not Environment().unmet(USUAL[each.format].needs)]
    forked, spawned = (verdicts(cells, tmp_path / fresh, fresh) for fresh in ("forkserver", "subprocess"))

    for name in forked:
        assert (forked[name].stage, forked[name].failure) == (spawned[name].stage, spawned[name].failure)
        assert list(map(str, forked[name].differences)) == list(map(str, spawned[name].differences))
