from __future__ import annotations

import pytest

from harness.nouns import ASPECTS, HarnessError
from harness.report.results import Results
from harness.report.tables import formats


def result(loader, stage="", given=False, **aspects):
    aspects = {**dict.fromkeys(ASPECTS, "kept"), **aspects}
    return {
        "format": "h5",
        "loader": loader,
        "stage": stage,
        "aspects": aspects,
        "seconds": {} if given else {"train": 1.0},
    }


def test_cells_are_counted_by_format_and_loader():
    table = formats(
        [
            result("code", weights="lost", config="unobservable: none", optimizer="not promised, lost"),
            result("code", config="unobservable: none", optimizer="not promised, kept"),
            result("code", stage="reload", **dict.fromkeys(ASPECTS, "not reached")),
            result("bare", predictions="lost"),
            result("bare", given=True),
        ]
    ).splitlines()

    columns = [cell.strip() for cell in table[0].strip("|").split("|")]
    rows = [dict(zip(columns, (cell.strip() for cell in line.strip("|").split("|")))) for line in table[2:]]
    few = ("loaded", "weights", "config", "compile", "optimizer", "predictions")

    assert ["format", "loader", "loaded", *ASPECTS] == columns
    assert ["2 of 3", "1 of 2", "-", "all", "(1 of 2)", "all"] == [rows[0][name] for name in few]
    assert ["1 of 1", "all", "all", "all", "all", "none"] == [rows[1][name] for name in few]


def test_results_are_read_back_whatever_they_say(tmp_path):
    results = Results.new(tmp_path / "deep" / "results.jsonl")
    results.append({"failure": "two\nlines\u2028and \ud800"})

    assert [{"failure": "two\nlines\u2028and \ud800"}] == results.read()


def test_missing_results_are_one_sentence(tmp_path):
    with pytest.raises(HarnessError, match="no results there; run pytest cases first"):
        Results(tmp_path / "none.jsonl").read()
