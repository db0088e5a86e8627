"""Scripts are written where nothing else is."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from harness.nouns import HarnessError, InfrastructureError
from harness.scripts.folder import check_folder, run_script, write_scripts


def test_a_new_folder_an_empty_one_and_one_of_an_earlier_time(tmp_path):
    (tmp_path / "empty").mkdir()
    for name in ("new/deep", "empty", "empty"):
        check_folder(tmp_path / name, ["save.py", "model.keras"])
        write_scripts(tmp_path / name, {"save.py": "1"})
        (tmp_path / name / "model.keras").touch()

        assert "1" == (tmp_path / name / "save.py").read_text()


def test_what_holds_something_else_is_refused(tmp_path):
    (tmp_path / "thesis.tex").touch()

    with pytest.raises(HarnessError, match=r"expected a new or an empty folder; it has thesis\.tex"):
        check_folder(tmp_path, ["save.py"])


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").touch()

    with pytest.raises(HarnessError, match="expected a folder; it is a file"):
        check_folder(tmp_path / "file", [])


def test_what_cannot_be_written_is_one_sentence():
    with pytest.raises(InfrastructureError, match="cannot be written"):
        write_scripts(Path("/proc/none/here"), {})


def test_a_script_that_does_not_end_is_ended(tmp_path):
    (tmp_path / "forever.py").write_text("import time\ntime.sleep(60)")

    with pytest.raises(InfrastructureError, match=r"did not end within 0\.2 s; --seconds gives it more"):
        run_script(tmp_path / "forever.py", sys.executable, 0.2)
