"""What another interpreter gets of this one: the harness, and none of its packages."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib import metadata
from pathlib import Path

import pytest
from places import TESTS

import harness
from harness.environments.make import describe
from harness.environments.table import Row
from harness.messages import Job
from harness.nouns import InfrastructureError
from harness.processes.fleet import AgentHandle, Setup
from harness.processes.package_folder import PackageFolder


@pytest.fixture(scope="module")
def other_python(tmp_path_factory):
    """An interpreter with packaging, which an agent needs, and without numpy."""
    folder = tmp_path_factory.mktemp("other")
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(folder)], check=True)
    (site_packages,) = folder.glob("lib/python*/site-packages")
    for file in metadata.files("packaging"):
        copy = site_packages / str(file)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(file.locate().read_bytes())
    return str(folder / "bin" / "python")


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """The harness as from a wheel: in a folder with everything else that the driver has."""
    site_packages = tmp_path / "lib" / "site-packages"
    site_packages.mkdir(parents=True)
    (site_packages / "harness").symlink_to(Path(harness.__file__).parent)
    (site_packages / "numpy.py").write_text("")
    (site_packages / "numpy-9.9.dist-info").mkdir()
    (site_packages / "numpy-9.9.dist-info" / "METADATA").write_text("Metadata-Version: 2.1\nName: numpy\nVersion: 9.9")
    monkeypatch.syspath_prepend(str(site_packages))
    return site_packages


def values_of(python, tmp_path, *jobs):
    """What jobs return in an agent of a Python."""
    agent = AgentHandle("other", Setup(log=tmp_path / "agent.log", python=python, fresh="subprocess"))
    try:
        return [agent.run(Job(name, request, 30, tmp_path / "job.log")).value for name, request in jobs]
    finally:
        agent.close()


def test_the_folder_has_the_package_and_nothing_else():
    with PackageFolder() as folder:
        assert ["harness"] == os.listdir(folder)
        assert (folder / "harness" / "__init__.py").samefile(harness.__file__)
    assert not folder.exists()
    assert Path(harness.__file__).is_file()


def test_a_job_of_another_python_cannot_import_the_drivers_packages(other_python, installed, tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    job = ("misbehaving:finds", {"names": ["numpy", "harness", "packaging"]})

    assert [["harness", "packaging"]] == values_of(other_python, tmp_path, job)
    # The control: with the driver's site-packages on the path it takes the driver's for its own.
    code = "from harness.environment import versions; print(sorted(versions()))"
    wrong = subprocess.run(
        [other_python, "-c", code], env={"PYTHONPATH": str(installed)}, capture_output=True, text=True, check=True
    )
    assert "['numpy', 'python']" == wrong.stdout.strip()


def test_an_interpreter_that_is_described_is_asked_for_its_own_packages(other_python, installed):
    row = Row("other", "3.11", "2", ("tensorflow==2.21.0",), "keras", "each", "versions", "")
    with pytest.raises(InfrastructureError, match="has no TensorFlow"):
        describe(other_python, row)


def test_a_folder_called_harness_in_the_working_folder_is_not_taken_for_the_package(tmp_path, monkeypatch):
    if sys.version_info < (3, 11):
        pytest.skip("before Python 3.11, `python -m` looks in the working folder first")
    (tmp_path / "harness").mkdir()
    (tmp_path / "harness" / "__init__.py").write_text("raise SystemExit('the wrong one')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    job = ("misbehaving:finds", {"names": ["harness.nouns"]})

    assert [["harness.nouns"]] == values_of(sys.executable, tmp_path, job)


def test_the_working_folder_is_what_a_fresh_process_can_import_from(tmp_path, monkeypatch):
    (tmp_path / "of_the_project.py").write_text("")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(TESTS))
    job = ("misbehaving:finds", {"names": ["of_the_project"]})

    assert [["of_the_project"]] == values_of(sys.executable, tmp_path, job)


def test_the_folder_goes_when_its_agent_does(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    values_of(sys.executable, tmp_path / "logs")

    assert ["logs"] == os.listdir(tmp_path)
