"""Environments without packages: made in a moment, and without a network."""

from __future__ import annotations

import shutil
import subprocess
import sys
import threading
from importlib.util import find_spec

import pytest

from harness.environments.make import complaint, find_python, make, python_of
from harness.environments.table import Row
from harness.nouns import InfrastructureError

HERE = f"{sys.version_info[0]}.{sys.version_info[1]}"

needs_uv = pytest.mark.skipif(
    shutil.which("uv") is None and find_spec("uv") is None,
    reason="uv is not installed; it makes the environments",
)


@needs_uv
def test_an_environment_is_made_once(tmp_path):
    python = make(tmp_path / "one", "one", HERE, [])
    changed = (tmp_path / "one" / "pyvenv.cfg").stat().st_mtime_ns

    assert HERE in subprocess.run([python, "--version"], capture_output=True, text=True).stdout
    assert python == make(tmp_path / "one", "one", HERE, [])
    assert changed == (tmp_path / "one" / "pyvenv.cfg").stat().st_mtime_ns


@needs_uv
def test_what_an_interrupted_attempt_has_left_is_replaced(tmp_path):
    make(tmp_path / "one", "one", HERE, [])
    (tmp_path / "one" / "complete.json").write_text('{"name": "one"')
    (tmp_path / "one" / "rest").touch()

    make(tmp_path / "one", "one", HERE, [])

    assert not (tmp_path / "one" / "rest").exists()


@needs_uv
def test_other_packages_make_it_anew(tmp_path):
    make(tmp_path / "one", "one", HERE, [])
    (tmp_path / "one" / "old").touch()

    make(tmp_path / "one", "one", HERE, ["# nothing, in other words"])

    assert not (tmp_path / "one" / "old").exists()


@needs_uv
def test_two_at_once_wait_for_each_other(tmp_path):
    made = []
    threads = [threading.Thread(target=lambda: made.append(make(tmp_path / "one", "one", HERE, []))) for _ in range(3)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()

    assert [tmp_path / "one" / "bin" / "python"] * 3 == made


@needs_uv
def test_two_rows_cannot_share_a_folder(tmp_path):
    make(tmp_path / "one", "one", HERE, [])

    with pytest.raises(InfrastructureError, match=r"other: .*/one is the environment of one; give each a folder"):
        make(tmp_path / "one", "other", HERE, [])


def test_a_folder_of_somebody_else_stays(tmp_path):
    (tmp_path / "one").mkdir()
    (tmp_path / "one" / "thesis.tex").touch()

    for _ in range(2):
        with pytest.raises(InfrastructureError, match=r"one: .*/one is in the way: the harness did not make it"):
            make(tmp_path / "one", "one", HERE, [])
    assert (tmp_path / "one" / "thesis.tex").exists()


@needs_uv
def test_packages_that_cannot_be_had_are_one_sentence_and_leave_nothing_to_trip_over(tmp_path):
    with pytest.raises(InfrastructureError, match=r"^one: its environment cannot be made: [^\n]+$"):
        make(tmp_path / "one", "one", HERE, [f"absent @ file://{tmp_path}/absent.whl"])

    make(tmp_path / "one", "one", HERE, [])


def test_a_python_that_is_missing_is_one_sentence():
    with pytest.raises(InfrastructureError, match=r"^tf1 needs Python 3\.2, which is not on this machine; [^\n]+$"):
        find_python("3.2", "tf1")


def test_a_folder_that_cannot_be_written_is_one_sentence(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(InfrastructureError, match=r"^one: .*/file/one cannot be written \(.+\)$"):
        make(tmp_path / "file" / "one", "one", HERE, [])


def test_a_row_without_a_requirement_file_is_one_sentence(tmp_path):
    row = Row("tf0", "3.11", "2", ("tensorflow==0.1",), "keras", "each", "versions", "")

    with pytest.raises(InfrastructureError, match=r"there is no requirements/tf0\.txt; run python -m harness envi"):
        python_of(row, tmp_path)


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
