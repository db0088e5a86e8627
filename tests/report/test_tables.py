from __future__ import annotations

from verdict_of import verdict_of

from harness.nouns import ASPECTS, OPTIMIZER, PREDICTIONS, WEIGHTS, Case, Recipe
from harness.report.tables import formats
from harness.verdict import Difference, Unseen


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
