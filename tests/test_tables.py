from __future__ import annotations

import pytest
from verdict_of import verdict_of

from harness.nouns import ASPECTS, OPTIMIZER, PREDICTIONS, WEIGHTS, Case, Difference, HarnessError, Recipe, Unseen
from harness.report.tables import formats, put


def result(loader, *lost, stage="", given=False, **unseen):
    seconds = {} if given else {"train": 1.0}
    differences = [Difference(aspect, "x", "other") for aspect in lost]
    hidden = {aspect: Unseen(why) for aspect, why in unseen.items()}
    promised = set(ASPECTS) - {OPTIMIZER}
    case = Case(Recipe("recipe", ""), "h5", loader)
    return verdict_of(case, *differences, unseen=hidden, promised=promised, stage=stage, seconds=seconds)


def test_cells_are_counted_by_format_and_loader():
    table = formats(
        [
            result("code", WEIGHTS, OPTIMIZER, config="none"),
            result("code", config="none"),
            result("code", stage="reload"),
            result("bare", PREDICTIONS),
            result("bare", given=True),
        ]
    ).splitlines()

    columns = [cell.strip() for cell in table[0].strip("|").split("|")]
    rows = [dict(zip(columns, (cell.strip() for cell in line.strip("|").split("|")))) for line in table[2:]]
    few = ("loaded", "weights", "config", "compile", "optimizer", "predictions")

    assert ["format", "loader", "loaded", *ASPECTS] == columns
    assert ["2 of 3", "1 of 2", "-", "all", "(1 of 2)", "all"] == [rows[0][name] for name in few]
    assert ["1 of 1", "all", "all", "all", "(all)", "none"] == [rows[1][name] for name in few]


def test_a_table_takes_the_place_between_its_markers(tmp_path):
    page = tmp_path / "README.md"
    page.write_text("before\n<!-- t -->\nold\n<!-- /t -->\nafter\n")
    put(page, "t", "new")

    assert "before\n<!-- t -->\nnew\n<!-- /t -->\nafter\n" == page.read_text()


def test_a_page_without_the_markers_is_refused(tmp_path):
    page = tmp_path / "README.md"
    page.write_text("nothing")

    with pytest.raises(HarnessError, match="expected the markers <!-- t --> and <!-- /t -->"):
        put(page, "t", "new")
