"""Environments without packages: made in a moment, and without a network."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
import zipfile
from dataclasses import replace
from importlib.util import find_spec

import pytest

from harness.environments.make import complaint, describe, environment_of, find_python, interpreter_of, make
from harness.environments.table import Row
from harness.nouns import InfrastructureError

HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"

needs_uv = pytest.mark.skipif(
    shutil.which("uv") is None and find_spec("uv") is None,
    reason="uv is not installed; it makes the environments",
)


def row(tmp_path, name="one", pins=""):
    """A row whose requirement file pins what is given."""
    (tmp_path / "requirements").mkdir(exist_ok=True)
    (tmp_path / "requirements" / f"{name}.txt").write_text(pins)
    return Row(name, HERE, "2", ("tensorflow==2.21.0",), table=tmp_path / "environments.toml")


def wheel(tmp_path, name, version="1.0"):
    """A requirement that needs no index: a folder with a package of one empty module, as a wheel."""
    file = tmp_path / f"{name}-{version}-py3-none-any.whl"
    info = f"{name}-{version}.dist-info"
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr(f"{name}.py", "")
        archive.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n")
        archive.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        archive.writestr(f"{info}/RECORD", f"{name}.py,,\n{info}/METADATA,,\n{info}/WHEEL,,\n{info}/RECORD,,\n")
    return f"{name} @ file://{file}"


def has(python, module):
    return subprocess.run([python, "-c", f"import {module}"], capture_output=True).returncode == 0


@needs_uv
def test_an_environment_has_what_the_requirement_file_pins_and_nothing_else(tmp_path):
    python = interpreter_of(row(tmp_path, pins=wheel(tmp_path, "first")), tmp_path / "made")

    assert tmp_path / "made" / "one" / "bin" / "python" == python
    assert HERE in subprocess.run([python, "--version"], capture_output=True, text=True).stdout
    assert has(python, "first")
    assert python == interpreter_of(row(tmp_path, pins=wheel(tmp_path, "second")), tmp_path / "made")
    assert (False, True) == (has(python, "first"), has(python, "second"))


@needs_uv
def test_a_package_that_went_missing_comes_back(tmp_path):
    wanted = row(tmp_path, pins=wheel(tmp_path, "first"))
    python = interpreter_of(wanted, tmp_path / "made")
    for info in (tmp_path / "made").rglob("first-1.0.dist-info"):
        shutil.rmtree(info)

    interpreter_of(wanted, tmp_path / "made")

    assert has(python, "first")
    assert list((tmp_path / "made").rglob("first-1.0.dist-info"))


@needs_uv
def test_without_a_requirement_file_a_row_gets_what_it_asks_for(tmp_path, monkeypatch):
    monkeypatch.setattr("harness.environments.table.NEEDED", (wheel(tmp_path, "needed"),))
    wanted = Row(
        "one",
        HERE,
        "2",
        (wheel(tmp_path, "asked"),),
        everywhere=(wheel(tmp_path, "everywhere"),),
        table=tmp_path / "environments.toml",
    )

    python = interpreter_of(wanted, tmp_path / "made")
    assert [True] * 3 == [has(python, name) for name in ("needed", "asked", "everywhere")]
    interpreter_of(replace(wanted, everywhere=()), tmp_path / "made")
    assert [True, True, False] == [has(python, name) for name in ("needed", "asked", "everywhere")]


@needs_uv
def test_another_interpreter_will_do_where_the_first_is_missing(tmp_path):
    wanted = replace(row(tmp_path), python="3.2", also=(HERE,))
    python = interpreter_of(wanted, tmp_path / "made")

    assert HERE in subprocess.run([python, "--version"], capture_output=True, text=True).stdout


@needs_uv
def test_several_at_once_do_not_disturb_each_other(tmp_path):
    wanted = row(tmp_path, pins=wheel(tmp_path, "first"))
    made = []
    threads = [
        threading.Thread(target=lambda: made.append(interpreter_of(wanted, tmp_path / "made"))) for _ in range(3)
    ]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert [tmp_path / "made" / "one" / "bin" / "python"] * 3 == made
    assert has(made[0], "first")


def test_a_folder_of_somebody_else_stays(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "thesis.tex").touch()

    for _ in range(2):
        with pytest.raises(
            InfrastructureError, match=r"^one: .*/one is in the way: it has files, and is no virtual environment; "
        ):
            make(tmp_path / "one", "one", HERE, [])
    assert ["thesis.tex"] == [each.name for each in (tmp_path / "one").iterdir()]


@needs_uv
def test_packages_that_cannot_be_had_are_one_sentence_and_leave_nothing_to_trip_over(tmp_path):
    with pytest.raises(InfrastructureError, match=r"^one: its environment cannot be made: [^\n]+$"):
        make(tmp_path / "one", "one", HERE, [f"absent @ file://{tmp_path}/absent.whl"])

    assert has(make(tmp_path / "one", "one", HERE, [wheel(tmp_path, "first")]), "first")


@needs_uv
def test_a_pin_that_cannot_be_met_is_one_sentence(tmp_path):
    pins = f"{wheel(tmp_path, 'first')}\nfirst==2.0"

    with pytest.raises(InfrastructureError, match=r"^one: its environment cannot be made: [^\n]*first[^\n]+$"):
        interpreter_of(row(tmp_path, pins=pins), tmp_path / "made")


@needs_uv
def test_a_source_is_not_built_for_a_throwaway_environment(tmp_path):
    source = tmp_path / "source"
    source.mkdir()
    (source / "pyproject.toml").write_text("[project]\nname = 'source'\nversion = '1'\n")

    with pytest.raises(InfrastructureError, match=r"^one: its environment cannot be made: "):
        make(tmp_path / "one", "one", HERE, [f"source @ file://{source}"])


def test_a_python_that_is_missing_is_one_sentence():
    with pytest.raises(InfrastructureError, match=r"^tf1 needs Python 3\.2, which is not on this machine; [^\n]+$"):
        find_python(("3.2",), "tf1")
    with pytest.raises(InfrastructureError, match=r"^tf1 needs Python 3\.2 or 3\.3, which is not on this machine; "):
        find_python(("3.2", "3.3"), "tf1")


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(InfrastructureError, match=r"^one: .*/file/one cannot be written \(.+\)$"):
        make(tmp_path / "file" / "one", "one", HERE, [])


@needs_uv
def test_an_interpreter_is_asked_away_from_the_folder_and_the_packages_of_whoever_asks(tmp_path, monkeypatch):
    """The driver's folder, or site-packages, has numpy; the environment that is described has none."""
    beside = tmp_path / "beside"
    beside.mkdir()
    wheel(beside, "tensorflow", "9.9")
    shutil.unpack_archive(next(beside.glob("*.whl")), beside, "zip")
    pins = "\n".join([wheel(tmp_path, "tensorflow_cpu", "2.5.0"), wheel(tmp_path, "transformers", "4.0")])
    monkeypatch.chdir(beside)
    monkeypatch.setenv("PYTHONPATH", str(beside))

    environment = environment_of(row(tmp_path, pins=pins), tmp_path / "made")

    assert {"tensorflow": "2.5.0", "transformers": "4.0"} == {
        package: version for package, version in environment.versions.items() if package != "python"
    }
    assert environment.versions["python"].startswith(f"{HERE}.")
    assert str(tmp_path / "made" / "one" / "bin" / "python") == environment.python


def test_an_interpreter_that_does_not_run_is_one_sentence(tmp_path):
    script = tmp_path / "python"
    script.write_text("#!/bin/sh\necho broken >&2\nexit 1\n")
    script.chmod(0o755)

    with pytest.raises(InfrastructureError, match=r"^one: .*/python does not run: broken$"):
        describe(str(script), row(tmp_path))


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ("error: x\n  ╰─▶ os error: No space left on device (os error 28)\n", "the disk is full"),
        ("  x No solution found:\n  ╰─▶ Because a and\n      b\n", "x No solution found: Because a and b"),
        ("", "uv said nothing"),
    ],
)
def test_what_uv_complains_of_is_one_line(said, expected):
    assert complaint(said).startswith(expected)
