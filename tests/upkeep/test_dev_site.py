from __future__ import annotations

import re

import pytest
from places import ROOT
from results_of import result_of, written

from dev import site


def test_rows_come_in_the_order_of_the_table(tmp_path):
    for row in ("tf221", "tf25", "nobody_knows"):
        written(tmp_path / row / "results.jsonl", result_of("m", "savedmodel", "bare"), row=row)
    (tmp_path / "crossed.json").write_text("{}")
    github = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "own/it", "GITHUB_SHA": "abc"}

    assert [
        *("report", f"{tmp_path}/tf25/results.jsonl", f"{tmp_path}/tf221/results.jsonl"),
        *("--cross", f"{tmp_path}/crossed.json", "--source", "https://github.com/own/it/blob/abc", "--out", "site"),
    ] == site.arguments(tmp_path, site.Path("site"), github)


def test_where_no_row_was_run_it_is_the_last_run_of_the_cases(tmp_path, capsys):
    assert 2 == site.main(["--results", str(tmp_path), "--out", str(tmp_path / "site")])
    assert f"harness: {tmp_path}/results.jsonl: no results there" in capsys.readouterr().err

    pytest.importorskip("jinja2", reason="pages are written by jinja2, which roundtrip-harness[report] brings")
    written(tmp_path / "results.jsonl", result_of("m", "savedmodel", "bare"), matrix="default")
    assert 0 == site.main(["--results", str(tmp_path), "--out", str(tmp_path / "site")])
    assert (tmp_path / "site" / "rows" / "default.html").is_file()


def test_the_workflow_shows_what_the_tests_have_uploaded():
    tests, pages = ((ROOT / ".github" / "workflows" / name).read_text() for name in ("tests.yml", "pages.yml"))

    assert "name: tests\n" in tests
    assert 'workflows: ["tests"]' in pages
    uploaded = re.search(r"upload-artifact@v4\n +with:\n +name: results-\S.*\n +path: (\S+)\n", tests)
    assert uploaded
    assert ".harness/${{matrix.row}}/results.jsonl" == uploaded.group(1)
    assert "pattern: results-*" in pages
    assert "python -m dev.site --results results --out site" in pages
