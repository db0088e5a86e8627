"""What fresh processes find around them, of both kinds; none of them imports TensorFlow."""

from __future__ import annotations

import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from places import ROOT, TESTS

from harness.environment import FULL, PLAIN, TRAINING, Environment
from harness.messages import Job
from harness.processes.fleet import AgentHandle, Fleet, Setup, new_hash_seed
from harness.processes.surroundings import alone, is_installed, of_the_driver

HERE = Environment(versions={"tensorflow": "2.15.0"})


@pytest.fixture(params=["forkserver", "subprocess"])
def tell(request, tmp_path):
    """What a job says of its surroundings."""
    agent = AgentHandle("agent", Setup(tmp_path / "agent.log", variables={"ON_PURPOSE": "1"}, fresh=request.param))

    def tell(around):
        around = around and replace(around, path=(*around.path, str(TESTS)))
        return agent.run(Job("misbehaving:tells_its_surroundings", {}, 30, tmp_path / "job.log", around=around)).value

    yield tell
    agent.close()


@pytest.fixture
def driver(tmp_path, monkeypatch):
    """A driver with a project, a home and variables."""
    for name in ("project", "home", "code"):
        (tmp_path / name).mkdir()
        (tmp_path / name / f"of_the_{name}").write_text("")
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.setenv("MODE", "of the module")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path / "code"))
    return tmp_path


def test_what_is_loaded_without_code_has_nothing_of_the_drivers(tell, driver):
    found = tell(alone())

    assert ([], []) == (found["folder"], found["home"])
    assert "MODE" not in found["variables"]
    assert "1" == found["variables"]["ON_PURPOSE"]
    assert not [each for each in found["path"] if each.startswith(str(driver / "code"))]
    assert str(driver / "project") not in found["path"]


def test_code_of_the_users_has_what_the_driver_has(tell, driver):
    found = tell(of_the_driver())

    assert (["of_the_project"], ["of_the_home"]) == (found["folder"], found["home"])
    assert "of the module" == found["variables"]["MODE"]
    assert "1" == found["variables"]["ON_PURPOSE"]
    package, *path = found["path"]
    assert ["harness"] == os.listdir(package)
    assert [str(driver / "project"), str(driver / "code")] == path[:2]


def test_the_driver_may_have_changed_since_the_agent_was_started(tell, driver, monkeypatch):
    monkeypatch.setenv("MODE", "of the next test")
    monkeypatch.chdir(driver / "code")
    found = tell(of_the_driver())

    assert "of the next test" == found["variables"]["MODE"]
    assert ["of_the_code"] == found["folder"]


def test_no_interpreter_finds_another_ones_packages_among_the_users_code():
    code = of_the_driver().path

    assert str(ROOT) in code
    assert not [each for each in code if is_installed(each)]
    assert all(map(is_installed, [str(Path(os.__file__).parent), "/opt/spack/lib/python3.11/site-packages"]))
    assert not is_installed("/a/project/src")


def test_variables_are_those_that_the_driver_was_started_with():
    script = "import os; os.environ.update(SET='1', MODE='2'); from harness.processes.surroundings import alone; "
    script += "print({name: alone().variables.get(name) for name in ('SET', 'MODE', 'KERAS_HOME', 'XDG_CONFIG_HOME')})"
    given = {"PATH": os.environ["PATH"], "MODE": "1", "KERAS_HOME": "/k", "XDG_CONFIG_HOME": "/x"}
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, env=given, capture_output=True, text=True)

    if not Path("/proc/self/environ").exists():
        pytest.skip("this system does not tell what a process was started with")
    assert "{'SET': None, 'MODE': '1', 'KERAS_HOME': None, 'XDG_CONFIG_HOME': None}" == done.stdout.strip(), done.stderr


def started(**options):
    """Profile -> the setup of its agent."""
    setups = {}
    fleet = Fleet(HERE, Path("logs"), start=lambda profile, setup: setups.setdefault(profile, setup), **options)
    for profile in (TRAINING, FULL, PLAIN):
        fleet.agent(profile)
    return setups


def test_training_and_loading_never_share_a_hash_seed():
    seeds = {profile: setup.variables["PYTHONHASHSEED"] for profile, setup in started(hash_seed=7).items()}

    assert {TRAINING: "7", FULL: "8", PLAIN: "8"} == seeds


def test_each_run_has_another_hash_seed():
    first, second = (started()[TRAINING].variables["PYTHONHASHSEED"] for _ in range(2))

    assert first != second
    assert all(0 < new_hash_seed() < 2**32 - 2 for _ in range(100))


def test_only_what_never_has_the_users_code_is_imported_without_the_users_home():
    assert {TRAINING: False, FULL: False, PLAIN: True} == {name: setup.alone for name, setup in started().items()}


def test_a_hash_seed_decides_the_order_of_a_set(tmp_path):
    orders = []
    for seed in ("1", "1", "2"):
        agent = AgentHandle("agent", Setup(tmp_path / "agent.log", variables={"PYTHONHASHSEED": seed}))
        around = replace(of_the_driver(), path=(str(TESTS),))
        job = Job("misbehaving:tells_its_surroundings", {}, 30, tmp_path / "job.log", around=around)
        orders.append(agent.run(job).value["set"])
        agent.close()

    assert orders[0] == orders[1] != orders[2]
