"""What is committed is what environments.toml says."""

from __future__ import annotations

import configparser
import subprocess
from dataclasses import replace
from pathlib import Path
from subprocess import CompletedProcess

import pytest
from packaging.requirements import Requirement

from dev import ROOT
from dev.environments import TABLE, WORKFLOW, compile_requirements, header, is_compiled, texts
from harness.environments.table import read_rows, tomllib
from harness.nouns import InfrastructureError

ROWS = read_rows(TABLE)


def test_every_requirement_file_was_compiled_from_its_row():
    assert [] == [name for name, row in ROWS.items() if not is_compiled(row)]
    assert set(ROWS) == {path.stem for path in (ROOT / "requirements").glob("*.txt")}


def test_every_requirement_file_pins_what_its_row_pins():
    for row in ROWS.values():
        lines = row.requirements.read_text().splitlines()
        for python in (row.python, *row.also):
            asked = [Requirement(line) for line in lines if not line.startswith("#")]
            place = {"python_version": python, "python_full_version": f"{python}.9"}
            here = [each for each in asked if not each.marker or each.marker.evaluate(place)]
            pinned = {each.name: str(each.specifier)[2:] for each in here}

            assert row.pins.items() <= pinned.items(), row.name
            assert len(pinned) == len(here), "one version of each"


def test_tox_and_the_workflow_have_every_row():
    for path, text in texts(ROWS).items():
        assert text == path.read_text(), f"{path}: run python -m dev.environments"


def test_a_row_that_goes_takes_its_environment_and_its_line_with_it():
    fewer = texts({name: row for name, row in ROWS.items() if name != "tf217"})

    for path, text in texts(ROWS).items():
        gone = set(text.splitlines()) - set(fewer[path].splitlines())

        assert gone, path
        assert all("217" in line or "2.17" in line for line in gone), path
    assert "tf217" not in "".join(fewer.values())


def test_a_row_that_changes_wants_another_requirement_file():
    row = ROWS["tf221"]
    changed = type(row)(**{**vars(row), "packages": (*row.packages, "rich")})

    assert header(row) != header(changed)
    assert not is_compiled(changed)


def test_the_default_row_is_what_the_readme_installs():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]["optional-dependencies"]
    installed = {each.name: str(each.specifier) for each in map(Requirement, project["default"])}
    pins = {name: f"=={version}" for name, version in ROWS["tf221"].pins.items()}

    assert {name: pins.get(name, installed[name]) for name in installed} == installed


def test_rows_of_every_keras_2_release_from_2_5_on_and_of_keras_3_are_there():
    releases = {(row.keras, ".".join(row.pins["tensorflow"].split(".")[:2])) for row in ROWS.values()}

    assert {("2", f"2.{minor}") for minor in range(5, 22)} | {("3", f"2.{m}") for m in (16, 19, 21)} <= releases


def test_the_default_row_runs_on_every_python_that_the_readme_names():
    row = ROWS["tf221"]

    assert {"3.10", "3.11", "3.12", "3.13"} == {row.python, *row.also}
    section = tox()["testenv:tf221"]
    assert "base_python" not in section, "tox takes its own Python"
    assert "py313" == tox()["testenv:tf221-py313"]["base_python"]


def test_a_row_that_was_asked_for_and_cannot_run_is_a_failure():
    assert "false" == tox()["tox"]["skip_missing_interpreters"]


def tox():
    parsed = configparser.ConfigParser(interpolation=None)
    parsed.read(ROOT / "tox.ini")
    return parsed


def test_rows_have_a_label_by_which_tox_runs_them():
    assert {"versions", "transformers", "serving"} == {row.label for row in ROWS.values()}


def test_what_is_pinned_stays_and_pins_for_several_pythons_have_markers(monkeypatch, tmp_path):
    """Uv is not asked: what it is told is looked at."""
    asked = []

    def uv(arguments, given):
        output = Path(arguments[arguments.index("--output-file") + 1])
        asked.append((arguments, given, output.read_text() if output.exists() else ""))
        output.write_text("numpy==1\n")
        return CompletedProcess(arguments, 0, "", "")

    monkeypatch.setattr("dev.environments.uv", uv)
    row = replace(ROWS["tf221"], table=tmp_path / "environments.toml")
    assert header(row) + "numpy==1\n" == compile_requirements(row)
    row.requirements.parent.mkdir()
    row.requirements.write_text("numpy==0\n")
    compile_requirements(replace(row, also=()), upgrade=True)

    (first, given, before), (second, _, after) = asked
    assert "\n".join(row.asked) == given
    assert ("", "numpy==0\n") == (before, after)
    assert ["3.10", "--universal"] == first[first.index("--python-version") + 1 :][:2]
    assert ["3.11", "--upgrade"] == second[second.index("--python-version") + 1 :][:2]


def test_pins_that_cannot_be_met_are_one_sentence(monkeypatch):
    monkeypatch.setattr("dev.environments.uv", lambda *_, **__: CompletedProcess([], 1, "", "x No solution"))

    with pytest.raises(InfrastructureError, match=r"^tf25: its packages cannot be pinned: x No solution$"):
        compile_requirements(ROWS["tf25"])


def test_the_gate_says_which_pythons_it_needs(tmp_path):
    for name in ("python3", *(f"python3.{minor}" for minor in range(10, 14))):
        (tmp_path / name).write_text("#!/bin/sh\nexit 1\n")
        (tmp_path / name).chmod(0o755)
    place = {"PATH": f"{tmp_path}:/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(["bash", ROOT / ".ci" / "run"], env=place, capture_output=True, text=True)

    assert 1 == done.returncode
    assert done.stderr.startswith("The gate needs Python 3.10, 3.11, 3.12 or 3.13, ")
    assert 1 == done.stderr.count("\n")


def test_the_gate_and_the_workflow_run_what_the_readme_says():
    command = "-m venv .venv && .venv/bin/pip install -q tox && .venv/bin/tox\n"

    assert f"python3 {command}" in (ROOT / "README.md").read_text()
    assert f"python3 {command}" in (WORKFLOW.parent / "tests.yml").read_text()
    assert '/bin/tox" --workdir "$scratch/tox" 2>&1' in (ROOT / ".ci" / "run").read_text()
