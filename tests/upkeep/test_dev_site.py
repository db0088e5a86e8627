from __future__ import annotations

import re

import pytest
from places import ROOT
from results_of import result_of, written

from dev import site
from harness.entry import command_line
from harness.environments.table import read_rows


def test_rows_come_in_the_order_of_the_table_and_what_will_be_released_last(tmp_path):
    for row in ("prerelease-keras3", "tf221", "tf25", "nobody_knows"):
        written(tmp_path / row / "results.jsonl", result_of("m", "savedmodel", "bare"), row=row)
    for part in ("crossed-tf221.json", "crossed-tf25.json"):
        (tmp_path / part).write_text("{}")
    github = {"GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "own/it", "GITHUB_SHA": "abc"}

    assert [
        *("report", f"{tmp_path}/tf25/results.jsonl", f"{tmp_path}/tf221/results.jsonl"),
        f"{tmp_path}/prerelease-keras3/results.jsonl",
        *("--cross", f"{tmp_path}/crossed-tf221.json", f"{tmp_path}/crossed-tf25.json"),
        *("--source", "https://github.com/own/it/blob/abc", "--out", "site"),
    ] == site.arguments(tmp_path, site.Path("site"), github)


def test_where_no_row_was_run_it_is_the_last_run_of_the_cases(tmp_path, capsys):
    assert 2 == site.main(["--results", str(tmp_path), "--out", str(tmp_path / "site")])
    assert f"harness: {tmp_path}/results.jsonl: no results there" in capsys.readouterr().err

    pytest.importorskip("jinja2", reason="pages are written by jinja2, which roundtrip-harness[report] brings")
    written(tmp_path / "results.jsonl", result_of("m", "savedmodel", "bare"), matrix="default")
    assert 0 == site.main(["--results", str(tmp_path), "--out", str(tmp_path / "site")])
    assert (tmp_path / "site" / "rows" / "default.html").is_file()


def test_the_workflow_shows_what_the_rows_and_the_crossing_have_uploaded():
    rows, nightly = ((ROOT / ".github" / "workflows" / name).read_text() for name in ("rows.yml", "nightly.yml"))

    assert "uses: ./.github/workflows/rows.yml" in nightly
    uploaded = re.search(r"upload-artifact@v4\n +with:\n +name: results-\S.*\n +path: (\S+)\n", rows)
    assert uploaded
    assert ".harness/${{matrix.row}}/results.jsonl" == uploaded.group(1)
    assert "pattern: results-*" in nightly
    assert "name: crossed-${{ matrix.producer }}" in nightly
    assert "pattern: crossed-*" in nightly
    assert "python -m dev.site --results results --out site" in nightly


def test_the_nightly_names_rows_that_there_are_and_commands_that_there_are():
    nightly = (ROOT / ".github" / "workflows" / "nightly.yml").read_text()
    producers = re.search(r"producer: \[(.*)\]", nightly).group(1).split(", ")
    consumers = re.search(r"--to (\S+)", nightly).group(1).split(",")

    assert producers == consumers
    assert set(producers) <= set(read_rows(ROOT / "environments.toml"))
    for command in re.findall(r"python(?:3\.11)? -m harness (.*(?:\n +--.*)*)", nightly):
        said = re.sub(r"\$\{\{ matrix.shard \}\}", "1/4", command.partition(" ||")[0])
        command_line._parser().parse_args(re.sub(r"\$\{\{.*?\}\}", "2", said).split())
