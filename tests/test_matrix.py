from __future__ import annotations

import pytest

from harness.suite.matrix import all_rows, covering, covering_cells, covering_rows, missing_pairs, pairs_of

AXES = {"head": ("a", "b", "c"), "loss": ("x", "y"), "optimizer": ("p", "q", "r")}


def fits(row):
    return not (row.get("head") == "a" and row.get("loss") == "y")


def routes(row):
    yield {"format": "h5", "loader": "bare"}
    yield {"format": "h5", "loader": "code"}
    if row["head"] == "b":
        yield {"format": "hf", "loader": "code"}


def test_every_valid_row_is_enumerated_once():
    rows = list(all_rows(AXES, fits))

    assert 3 * 2 * 3 - 3 == len(rows) == len({tuple(row.values()) for row in rows})


def test_pairs_stay_in_the_order_of_the_axes():
    assert [(("head", "a"), ("loss", "x"))] == list(pairs_of({"head": "a", "loss": "x"}))


def test_every_valid_pair_meets_in_the_covering_rows():
    pytest.importorskip("covertable", reason="covertable is not installed; it is needed only to compute a matrix anew")
    rows = covering_rows(AXES, fits)

    assert all(map(fits, rows))
    assert set() == missing_pairs(rows, all_rows(AXES, fits))
    assert len(rows) < len(list(all_rows(AXES, fits)))


def test_a_missing_pair_is_named():
    assert {(("head", "a"), ("loss", "y"))} == missing_pairs([{"head": "a", "loss": "x"}], [{"head": "a", "loss": "y"}])


def test_every_value_of_a_row_meets_every_route_it_can_take():
    rows = list(all_rows(AXES, fits))
    every = [{**row, **route} for row in rows for route in routes(row)]
    cells = covering_cells(rows, routes)

    assert set() == missing_pairs(cells, every)
    assert all(cell in every for cell in cells)
    assert len(cells) < len(every)


def test_few_cells_cover_every_fact():
    cells = [{"a": a, "b": b} for a in "12" for b in "xyz"]
    few = covering(cells, lambda cell: cell.items())

    assert 3 == len(few)
    assert {("a", "1"), ("a", "2"), ("b", "x"), ("b", "y"), ("b", "z")} == {
        fact for cell in few for fact in cell.items()
    }
    assert few == [cell for cell in cells if cell in few]
