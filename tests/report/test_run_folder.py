"""Each run has a folder of its own: two at once leave each other alone, and old ones go."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from places import ROOT
from results_of import result_of, written

from harness.nouns import InfrastructureError
from harness.report import run_folder
from harness.report.results import Results
from harness.report.run_folder import HERE, KEPT, RESULTS, begin, new_name, point, pointed_at, possible_home


@pytest.fixture(autouse=True)
def project(tmp_path, monkeypatch):
    """The folder in which everything here runs; temporary files have another."""
    (tmp_path / "project").mkdir()
    (tmp_path / "temporary").mkdir()
    monkeypatch.chdir(tmp_path / "project")
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path / "temporary"))
    return tmp_path / "project"


@pytest.fixture
def no_links(monkeypatch):
    def refuse(*arguments):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "symlink", refuse)


def runs():
    return sorted(os.listdir(HERE / "runs"))


def test_each_run_has_a_folder_and_latest_is_the_last():
    with begin() as one, begin() as other:
        assert one.path != other.path
        assert one.logs.is_dir()
        assert other.path.resolve() == (HERE / "latest").resolve()


def test_git_sees_nothing_of_it(project):
    begin().close()
    (HERE / "runs" / "file").write_text("")
    subprocess.run(["git", "init", "--quiet"], check=True)

    assert "" == subprocess.run(["git", "status", "--porcelain"], capture_output=True, text=True, check=True).stdout


def test_results_of_the_last_run_that_left_some_are_read_by_one_name():
    with begin() as first:
        written(first.results, result_of("a", "export", "serving"))
        first.leaves_results()
        assert first.is_last_with_results()
    begin().close()  # a run that leaves none

    assert ["a-export-serving"] == [each.name for each in Results(RESULTS).read().results]
    with begin() as second:
        written(second.results, result_of("b", "export", "serving"))
        second.leaves_results()
        assert not first.is_last_with_results()
    assert ["b-export-serving"] == [each.name for each in Results(RESULTS).read().results]
    assert ["a-export-serving"] == [each.name for each in Results(first.results).read().results]


def test_where_links_cannot_be_a_file_names_it(no_links):
    with begin() as run:
        written(run.results, result_of("a", "export", "serving"))
        run.leaves_results()
        assert run.is_last_with_results()

    assert not (HERE / "latest").is_symlink()
    assert run.path == pointed_at(HERE / "latest")
    assert ["a-export-serving"] == [each.name for each in Results(RESULTS).read().results]
    begin().close()
    assert f"runs/{runs()[-1]}\n" == (HERE / "latest").read_text()


def test_what_is_no_pointer_is_what_it_is(project):
    for name, text in (("results", '{"schema": 2}\n'), ("two", "runs/a\nruns/b\n"), ("empty", "")):
        (project / name).write_text(text)

        assert project / name == pointed_at(project / name)
    assert project / "none" == pointed_at(project / "none")


def test_a_folder_of_the_users_in_the_place_of_a_pointer_stays():
    HERE.mkdir()
    (HERE / "latest").mkdir()
    (HERE / "latest" / "file").write_text("")
    begin().close()

    assert ["file"] == os.listdir(HERE / "latest")
    assert {".gitignore", "latest", "runs"} == set(os.listdir(HERE))


def test_as_many_runs_stay_as_is_stated_and_the_last_with_results_among_them():
    with begin(name="00-with-results") as oldest:
        written(oldest.results, result_of("a", "export", "serving"))
        oldest.leaves_results()
    for number in range(KEPT + 5):
        begin(name=f"01-{number:02}").close()

    assert ["00-with-results", *(f"01-{number:02}" for number in range(5, KEPT + 5))] == runs()
    assert ["a-export-serving"] == [each.name for each in Results(RESULTS).read().results]


def test_a_run_that_is_at_work_is_not_taken_away_and_goes_when_it_has_ended():
    with begin(name="00") as at_work:
        for number in range(KEPT):
            begin(name=f"01-{number:02}").close()
        assert "00" in runs()

    assert at_work.path.is_dir()
    begin(name="02").close()
    assert "00" not in runs()


def test_the_lock_of_a_run_ends_with_its_process():
    script = "from harness.report.run_folder import begin; begin(name='00'); import os; os.kill(os.getpid(), 9)"
    subprocess.run([sys.executable, "-c", script], env={**os.environ, "PYTHONPATH": str(ROOT)})
    assert ["00"] == runs()
    for number in range(KEPT):
        begin(name=f"01-{number:02}").close()

    assert "00" not in runs()


def test_processes_of_one_run_share_its_folder():
    with begin(name="shared") as one, begin(name="shared") as other:
        assert one.path == other.path


def test_two_runs_of_one_process_in_one_second_are_two(monkeypatch):
    monkeypatch.setattr(run_folder, "new_name", lambda: "20260101-000000-7")
    for _ in range(3):
        begin().close()

    assert ["20260101-000000-7", "20260101-000000-7-2", "20260101-000000-7-3"] == runs()


def test_names_come_in_the_order_of_time(monkeypatch):
    first = new_name()
    monkeypatch.setattr("time.gmtime", lambda: (2099, 1, 1, 0, 0, 0, 0, 0, 0))

    assert first < new_name()


@pytest.mark.parametrize("here", [True, False])
def test_where_the_folder_cannot_be_written_it_is_among_temporary_files(tmp_path, monkeypatch, here):
    if here:
        HERE.mkdir()
    kept = (HERE if here else Path.cwd()).absolute()
    monkeypatch.setattr(os, "access", lambda path, how: Path(path).absolute() != kept)
    with begin() as run:
        assert tmp_path / "temporary" / f"harness-of-{os.getuid()}" / "runs" == run.path.parent

    assert ([] if here else None) == (os.listdir(HERE) if HERE.exists() else None)
    assert 0o700 == (run.path.parent.parent.stat().st_mode & 0o777)


def test_a_folder_of_somebody_else_s_among_temporary_files_is_not_used(tmp_path, monkeypatch):
    home = tmp_path / "temporary" / f"harness-of-{os.getuid()}"
    home.symlink_to(tmp_path / "project")

    with pytest.raises(InfrastructureError, match=r"cannot be written there \(it is somebody else's\)"):
        begin(home)


def test_nothing_is_written_into_a_folder_that_is_to_stay_as_it_is(tmp_path, project, monkeypatch):
    (project / "record" / "artifact").mkdir(parents=True)
    assert HERE == possible_home(project / "record")
    for folder in (project / "record", project / "record" / "artifact"):
        monkeypatch.chdir(folder)

        assert tmp_path / "temporary" == possible_home(project / "record").parent


def test_a_folder_that_cannot_be_made_is_one_sentence(project):
    HERE.write_text("a file")

    with pytest.raises(InfrastructureError, match=r"\.harness: the results and logs of this run cannot be "):
        begin()


def test_a_pointer_is_replaced_whole(project):
    (project / "runs").mkdir()
    for name in ("a", "b"):
        (project / "runs" / name).write_text(name)
        point(project / "latest", project / "runs" / name)

    assert "b" == (project / "latest").read_text()
    assert ["latest", "runs"] == sorted(os.listdir(project))
