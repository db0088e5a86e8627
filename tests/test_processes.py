"""What the driver and the fresh processes import, and that both kinds of fresh process agree."""

from __future__ import annotations

import queue
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

from harness.driver.run import Run
from harness.driver.tasks import Settings
from harness.environment import FULL, PLAIN, Environment, profile_of
from harness.formats import FORMATS
from harness.nouns import BARE, CODE, LIBRARY, REBUILD, SERVING, Case, Recipe
from harness.processes.fleet import Agent, Job, Setup

needs_tensorflow = pytest.mark.skipif("tensorflow" not in Environment().versions, reason="TensorFlow is not installed")


@pytest.fixture(scope="module", autouse=True)
def tests_are_importable():
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent))
        yield


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
def imported(tmp_path_factory):
    """Loader -> what the process has imported that reloaded a model of cases/ so."""
    folder = tmp_path_factory.mktemp("imports")
    recipe = Recipe("mended", "cases.examples.mended_functional")
    settings = Settings(folder / "records", folder, keep=True)
    run = Run([Case(recipe, "savedmodel", SERVING)], Environment(), settings).start()
    run.verdict(Case(recipe, "savedmodel", SERVING))
    run.close()
    jobs = {loader: job(loader, folder, recipe) for loader in KNOWS_CASES}
    return {**outcomes(PLAIN, jobs, folder), **outcomes(FULL, jobs, folder)}


def job(loader, folder, recipe):
    arguments = {"record": str(folder / "records" / recipe.id / "savedmodel"), "loader": loader}
    arguments["observation"] = str(folder / loader)
    if loader in (CODE, REBUILD):
        arguments.update(subject=recipe.subject, arguments={})
    return Job("imports:reload", arguments, 300, folder / f"{loader}.log")


def outcomes(profile, jobs, folder):
    """Loader -> the value of its job, of the loaders that use a profile."""
    environment = Environment()
    setup = Setup(folder / "agent.log", variables=environment.variables(), preload=environment.preload(profile))
    events = queue.Queue()
    agent = Agent(profile, setup, events)
    try:
        numbers = {agent.submit(job): loader for loader, job in jobs.items() if profile_of(loader) == profile}
        ended = (event for _, event in iter(events.get, None) if event["event"] == "ended")
        return {numbers[event["id"]]: event["outcome"]["value"] for event in islice(ended, len(numbers))}
    finally:
        agent.close()


@needs_tensorflow
@pytest.mark.parametrize("loader", KNOWS_CASES)
def test_a_reload_imports_what_its_loader_has_and_nothing_else(imported, loader):
    assert "tensorflow" in imported[loader]["imported"]
    assert KNOWS_TRANSFORMERS[loader] == ("transformers" in imported[loader]["imported"])
    assert KNOWS_CASES[loader] == imported[loader]["cases"]


def verdicts(cells, folder, fresh):
    run = Run(cells, Environment(), Settings(folder / "records", folder / "logs", fresh=fresh, again=False)).start()
    try:
        return {case.format: run.verdict(case) for case in cells}
    finally:
        run.close()


@needs_tensorflow
def test_forked_and_new_interpreters_agree_on_every_format(tmp_path):
    toy, hugging_face = Recipe("toy", "toy"), Recipe("hugging_face", "toy_hugging_face")
    cells = [
        Case(hugging_face if name.startswith("hf_") else toy, name, next(iter(format.keeps)))
        for name, format in FORMATS.items()
        if not Environment().unmet(format.needs)
    ]
    forked, spawned = (verdicts(cells, tmp_path / fresh, fresh) for fresh in ("forkserver", "subprocess"))

    for name in forked:
        assert (forked[name].stage, forked[name].failure) == (spawned[name].stage, spawned[name].failure)
        assert list(map(str, forked[name].differences)) == list(map(str, spawned[name].differences))
