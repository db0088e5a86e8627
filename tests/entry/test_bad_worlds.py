"""A full disk, a folder that cannot be written, no home: one sentence and an exit code, and afterwards a run works.

The runs are those of kills/driver.py: real processes, without TensorFlow.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from places import PYTHONPATH, ROOT

#: Begins a namespace of mounts of its own, as nobody but root or a namespace of users may.
UNSHARE = ["unshare", "--mount", "--map-root-user"]
RUN = f"{sys.executable} -m kills.driver"


def _can_mount():
    try:
        return not subprocess.run([*UNSHARE, "mount", "-t", "tmpfs", "tmpfs", "/mnt"], capture_output=True).returncode
    except OSError:
        return False


needs_mounts = pytest.mark.skipif(not _can_mount(), reason="this system lets nobody mount")


@pytest.fixture
def world(tmp_path, monkeypatch):
    """Run shell commands in a folder of their own; returns exit code, what was said, and on standard error."""
    (tmp_path / "temporary").mkdir()
    (tmp_path / "project").mkdir()
    monkeypatch.setenv("TMPDIR", str(tmp_path / "temporary"))
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(ROOT), PYTHONPATH]))

    def run(script, *before):
        done = subprocess.run(
            [*before, "sh", "-c", script], cwd=tmp_path / "project", capture_output=True, text=True, timeout=300
        )
        return done.returncode, done.stdout, done.stderr

    return run


def whole(path):
    """The lines of a file of results, all of them whole."""
    text = path.read_text()
    assert text.endswith("\n")
    return [json.loads(line) for line in text.splitlines()]


@needs_mounts
@pytest.mark.parametrize("size", ["8k", "40k", "100k"])
def test_a_full_disk_under_results_and_logs_is_one_sentence_and_afterwards_a_run_works(world, tmp_path, size):
    script = f"""
        mount -t tmpfs -o size={size} tmpfs . && cd "$PWD"
        {RUN}; echo "exited $?"
        cp -RL .harness/runs {tmp_path}/first
        mount -o remount,size=9m . && {RUN} > /dev/null; echo "exited $?"
        cp .harness/results.jsonl {tmp_path}/second.jsonl
    """
    _, out, err = world(script, *UNSHARE)

    assert ["exited 3", "exited 0"] == [line for line in out.splitlines() if line.startswith("exited")], out + err
    assert "No space left on device" in err or "disk is full" in err
    assert "Traceback" not in err
    assert 10 == len(whole(tmp_path / "second.jsonl"))
    for each in (tmp_path / "first").glob("*/results.jsonl"):
        if each.stat().st_size:
            whole(each)
    assert [] == os.listdir(tmp_path / "temporary")


@needs_mounts
def test_a_full_disk_under_temporary_files_is_one_sentence(world, tmp_path):
    script = f"""
        mount -t tmpfs -o size=300k tmpfs {tmp_path}/temporary
        {RUN} > out; echo "exited $?"
        ls {tmp_path}/temporary
    """
    _, out, err = world(script, *UNSHARE)

    assert "exited 3\n" == out
    assert "Traceback" not in err
    assert "the disk is full" in err or "No space left on device" in err


@needs_mounts
def test_a_folder_that_cannot_be_written_has_its_run_among_temporary_files(world, tmp_path):
    script = f"mount --bind . . && mount -o remount,ro,bind . && cd $PWD && {RUN}"
    code, out, err = world(script, *UNSHARE)

    assert (0, "") == (code, err)
    (home,) = (tmp_path / "temporary").iterdir()
    assert f"harness-of-{os.getuid()}" == home.name or "harness-of-0" == home.name
    (run,) = (home / "runs").iterdir()
    assert f"results: {run}/results.jsonl; as a table: python -m harness formats --results {run}/" in out
    assert 10 == len(whole(run / "results.jsonl"))
    assert [] == os.listdir(tmp_path / "project")


def test_without_a_home_a_run_is_as_any_other(world):
    code, out, err = world(f"unset HOME; {RUN}")

    assert (0, "") == (code, err)
    assert "9 cells as expected" in out


@pytest.mark.parametrize("blocks", [8, 200])
def test_files_that_may_not_grow_are_one_sentence(world, blocks):
    code, out, err = world(f"ulimit -f {blocks}; {RUN}")

    assert 3 == code, out
    assert "Traceback" not in err
    # Of the results, of a record, or of a log: whoever comes first.
    assert "File too large" in err or "a file may not become that large here (ulimit -f)" in err


def test_two_runs_at_once_are_two(world, tmp_path):
    code, _, err = world(
        f"{RUN} --records a > /dev/null & {RUN} --records b > /dev/null; one=$?; wait $!; exit $(($one + $?))"
    )

    assert (0, "") == (code, err)
    runs = sorted((tmp_path / "project" / ".harness" / "runs").iterdir())
    assert [10, 10] == [len(whole(run / "results.jsonl")) for run in runs]
    assert all((run / "logs" / "one.log").is_file() for run in runs)
    assert Path(tmp_path / "project" / ".harness" / "latest").resolve() in runs
    assert [] == os.listdir(tmp_path / "temporary")
