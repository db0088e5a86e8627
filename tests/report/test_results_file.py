"""One run writes a file of results, in whole lines, whoever is ended and whatever is full."""

from __future__ import annotations

import json
import os
import resource
import subprocess
import sys
from pathlib import Path

import pytest
from places import PYTHONPATH, ROOT
from results_of import HEADER, result_of

from harness.nouns import HarnessError, InfrastructureError
from harness.report.results import Results
from harness.report.results_file import ResultsFile

ONE = result_of("one", "export", "serving")
OTHER = result_of("other", "export", "serving")


def names(path):
    return [each.name for each in Results(path).read().results]


def test_another_run_is_refused_while_one_writes_and_not_afterwards(tmp_path):
    path = tmp_path / "results.jsonl"
    with ResultsFile.new(path, HEADER) as first:
        first.append(ONE)
        with pytest.raises(HarnessError, match="another run writes its results there; wait for its end, or name anot"):
            ResultsFile(path)
        first.append(OTHER)
    assert [ONE.name, OTHER.name] == names(path)

    with ResultsFile.new(path, HEADER) as second:
        second.append(OTHER)
    assert [OTHER.name] == names(path)


def test_a_run_that_was_killed_holds_up_nobody(tmp_path):
    path = tmp_path / "results.jsonl"
    script = f"""
import os
from pathlib import Path
from results_of import HEADER, result_of
from harness.report.results_file import ResultsFile
file = ResultsFile.new(Path({str(path)!r}), HEADER)
file.append(result_of("one", "export", "serving"))
os.kill(os.getpid(), 9)
"""
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), PYTHONPATH])}
    assert -9 == subprocess.run([sys.executable, "-c", script], env=variables).returncode
    assert [ONE.name] == names(path)

    with ResultsFile.new(path, HEADER) as file:
        file.append(OTHER)
    assert [OTHER.name] == names(path)


@pytest.fixture
def file_size_limit():
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    yield lambda size: resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_of_a_line_for_which_there_is_no_room_nothing_stays(tmp_path, file_size_limit):
    path = tmp_path / "results.jsonl"
    with ResultsFile.new(path, HEADER) as file:
        file.append(ONE)
        file_size_limit(path.stat().st_size + 10)
        with pytest.raises(InfrastructureError, match="results cannot be written there"):
            file.append(OTHER)
        assert [ONE.name] == names(path)
        file_size_limit(resource.RLIM_INFINITY)
        file.append(OTHER)

    assert [ONE.name, OTHER.name] == names(path)
    assert all(map(json.loads, path.read_text().splitlines()))


def test_a_file_without_a_line_was_none(tmp_path):
    ResultsFile(tmp_path / "results.jsonl").close()

    assert [] == os.listdir(tmp_path)


def test_a_file_is_one_s_own_even_if_it_was_just_removed(tmp_path, monkeypatch):
    path, opened = tmp_path / "results.jsonl", []
    real = os.open

    def open_and_lose(*arguments):
        found = real(*arguments)
        if not opened:  # the run that had it ends, and takes it away
            path.unlink()
        opened.append(found)
        return found

    monkeypatch.setattr(os, "open", open_and_lose)
    with ResultsFile.new(path, HEADER) as file:
        file.append(ONE)

    assert 2 == len(opened)
    assert [ONE.name] == names(path)


def test_what_is_no_file_is_written_to(tmp_path):
    with ResultsFile.new(Path("/dev/null"), HEADER) as file:
        file.append(ONE)
