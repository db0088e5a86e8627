"""The wheel, used as a stranger would: in an environment without TensorFlow, in a folder of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from importlib.util import find_spec

import pytest
from places import ROOT

from harness.environments.make import uv_binary
from harness.nouns import InfrastructureError

NO_SUITE = (
    "harness: this needs a suite of cells, and none is named here: give --suite MODULE:NAME, or write "
    '[tool.harness] suite = "MODULE:NAME" in pyproject.toml\n'
)


def run(*command, **how):
    environment = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV", "CI")}
    how = {"env": environment, "capture_output": True, "text": True, **how}
    return subprocess.run([str(each) for each in command], **how)


def done(*command, **how):
    result = run(*command, **how)
    assert 0 == result.returncode, result.stdout + result.stderr
    return result.stdout


@pytest.fixture(scope="module")
def uv():
    try:
        return uv_binary()
    except InfrastructureError:
        return ""  # then Python's own venv and pip, which take a little longer


@pytest.fixture(scope="module")
def wheel(uv, tmp_path_factory):
    """Built from a copy: in the checkout setuptools would pack what an earlier build has left in build/."""
    source, target = tmp_path_factory.mktemp("source"), tmp_path_factory.mktemp("wheel")
    shutil.copytree(ROOT / "harness", source / "harness", ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    for name in ("cases", "tests", "dev", "explorer", "docs"):
        (source / name).mkdir()
        (source / name / "__init__.py").write_text("")
    if uv:
        done(uv, "build", "--quiet", "--wheel", "--python", sys.executable, "--out-dir", target, source)
    else:
        builder, _ = venv(uv, tmp_path_factory.mktemp("builder"))
        done(builder, "-m", "pip", "wheel", "--quiet", "--no-deps", "--wheel-dir", target, source)
    (found,) = target.glob("*.whl")
    return found


def venv(uv, folder):
    """A virtual environment, and the command that installs into it."""
    python = folder / "bin" / "python"
    if uv:
        done(uv, "venv", "--quiet", "--python", sys.executable, folder)
        return python, [uv, "pip", "install", "--quiet", "--python", python]
    done(sys.executable, "-m", "venv", folder)
    return python, [python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]


@pytest.fixture(scope="module")
def python(uv, wheel, tmp_path_factory):
    """The interpreter of an environment that has the wheel, and what it asks for."""
    python, install = venv(uv, tmp_path_factory.mktemp("stranger"))
    done(*install, wheel)
    return python


@pytest.fixture
def stranger(python, tmp_path):
    """Run a module there, in a folder that has what the test puts into it."""
    return lambda *arguments: run(python, "-m", *arguments, cwd=tmp_path)


def test_the_wheel_has_the_package_its_types_and_its_licence_and_nothing_else(wheel):
    names = zipfile.ZipFile(wheel).namelist()

    assert {"harness"} == {name.partition("/")[0] for name in names if ".dist-info" not in name}
    assert "harness/py.typed" in names
    assert any(name.endswith(".dist-info/licenses/LICENSE") for name in names)
    modules = {str(path.relative_to(ROOT)) for path in (ROOT / "harness").rglob("*.py")}
    assert modules == {name for name in names if name.endswith(".py")}


def test_the_metadata_say_what_it_is(wheel):
    with zipfile.ZipFile(wheel) as archive:
        (name,) = [each for each in archive.namelist() if each.endswith("METADATA")]
        lines = archive.read(name).decode().splitlines()

    for expected in (
        "License-Expression: Apache-2.0",
        "Author: The roundtrip-harness authors",
        "Requires-Python: >=3.9",
        "Classifier: Framework :: Pytest",
        "Classifier: Operating System :: POSIX",
        "Classifier: Typing :: Typed",
    ):
        assert expected in lines


def test_help_is_there(python, stranger, tmp_path):
    assert "examples:" in done(python, "-m", "harness", "--help", cwd=tmp_path)
    assert "examples:" in done(python.with_name("harness"), "--help", cwd=tmp_path)


def test_check_without_tensorflow_is_one_sentence(stranger, tmp_path):
    (tmp_path / "mine.py").write_text("def build(): ...\ndef data(): ...\n")
    result = stranger("harness", "check", "mine.py")

    assert (3, "") == (result.returncode, result.stdout)
    assert result.stderr.startswith("harness: ")
    assert result.stderr.endswith(
        "has no TensorFlow; install the default row's with: pip install 'roundtrip-harness[default]'\n"
    )
    assert 1 == result.stderr.count("\n")


@pytest.mark.parametrize("command", ["list", "run", "matrix", "known-failures"])
def test_what_needs_a_suite_says_so(stranger, command):
    result = stranger("harness", command)

    assert (2, "", NO_SUITE) == (result.returncode, result.stdout, result.stderr)


@pytest.mark.parametrize("command", [["verify", "mine"], ["diff", "mine", "mine"], ["formats"]])
def test_what_is_not_there_is_one_sentence(stranger, tmp_path, command):
    (tmp_path / "mine").mkdir()
    result = stranger("harness", *command)

    assert (2, "") == (result.returncode, result.stdout)
    assert result.stderr.startswith("harness: ")
    assert 1 == result.stderr.count("\n")


def test_a_project_that_does_not_use_it_is_as_it_was(stranger, tmp_path):
    (tmp_path / "conftest.py").write_text(
        "import pytest\n"
        "def pytest_addoption(parser):\n"
        "    for name in ('workers', 'results', 'row', 'only', 'checkpoint', 'keras', 'fresh', 'matrix', 'seconds'):\n"
        "        parser.addoption('--' + name)\n"
        "@pytest.fixture(params=[1, 2])\n"
        "def cell(request):\n"
        "    return request.param\n"
    )
    (tmp_path / "test_theirs.py").write_text(
        "import sys\ndef test_theirs(cell):\n    assert cell\n    assert 'numpy' not in sys.modules\n"
    )
    collected = stranger("pytest", "--collect-only", "--workers=3")
    ran = stranger("pytest", "--checkpoint=x", "-p", "no:cacheprovider")

    assert (0, 0) == (collected.returncode, ran.returncode), collected.stdout + collected.stderr + ran.stdout
    assert "2 tests collected" in collected.stdout
    assert "2 passed" in ran.stdout
    for result in (collected, ran):
        assert "round trip" not in result.stdout
        assert "Warning" not in result.stdout


def test_an_empty_folder_has_no_tests(stranger):
    result = stranger("pytest", "--collect-only")

    assert 5 == result.returncode
    assert "round trip" not in result.stdout


def test_the_fixture_without_tensorflow_fails_in_one_sentence(stranger, tmp_path):
    (tmp_path / "test_mine.py").write_text("def test_it(roundtrip):\n    assert roundtrip()\n")
    result = stranger("pytest")

    assert 1 == result.returncode
    assert "ERROR test_mine.py::test_it - Failed: the fixture roundtrip: " in result.stdout
    assert "has no TensorFlow" in result.stdout
    assert "environment.py" not in result.stdout


JOB = """
from importlib.util import find_spec

def has_numpy(request, progress):
    return find_spec("numpy") is not None
"""

ASK = """
import sys
from pathlib import Path
from harness.messages import Job
from harness.processes.fleet import AgentHandle, Setup

agent = AgentHandle("other", Setup(Path("agent.log"), sys.argv[1], fresh="subprocess"))
print(agent.run(Job("of_a_stranger:has_numpy", None, 60, Path("job.log"))).value)
agent.close()
"""


def test_an_agent_of_another_environment_has_its_packages_and_not_the_drivers(uv, python, tmp_path):
    other, install = venv(uv, tmp_path / "other")
    done(*install, "packaging")
    (tmp_path / "of_a_stranger.py").write_text(JOB)

    assert "False\n" == done(python, "-c", ASK, other, cwd=tmp_path)
    assert "True\n" == done(python, "-c", ASK, python, cwd=tmp_path), "the control: the driver has it"


@pytest.mark.skipif(find_spec("mypy") is None, reason="mypy is not installed")
def test_a_users_file_has_types(python, tmp_path):
    (tmp_path / "mine.py").write_text(
        "from harness import check\n"
        "verdict = check(build=dict, data=tuple)\n"
        "reveal_type(verdict)\n"
        "check(build=1, data=tuple)\n"
    )
    result = run(sys.executable, "-m", "mypy", "--python-executable", python, "mine.py", cwd=tmp_path)

    assert 'mine.py:3: note: Revealed type is "harness.report.checked.Checked"' in result.stdout
    assert 'mine.py:4: error: Argument "build" to "check" has incompatible type "int"' in result.stdout
