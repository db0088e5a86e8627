from __future__ import annotations

import pytest

from harness.suite.matrix import all_choices, few, grow, missing, pairs_of

AXES = {"head": ("a", "b", "c"), "loss": ("x", "y"), "optimizer": ("p", "q", "r")}
ROUTES = {"h5": ("bare", "code"), "hf": ("code",)}


def fits(choice):
    return not (choice["head"] == "a" and choice["loss"] == "y")


def cells(axes=AXES, routes=ROUTES):
    """Every valid cell, by its id; the format hf is there for the head b alone."""
    found = {}
    for choice in all_choices(axes, fits):
        for format, loaders in routes.items():
            for loader in loaders if format != "hf" or choice["head"] == "b" else ():
                cell = {**choice, "format": format, "loader": loader}
                found["-".join(cell.values())] = cell
    return found


@pytest.fixture
def ids():
    """Of a matrix in which every pair meets."""
    return few(cells(), pairs_of)


def test_every_valid_choice_is_enumerated_once():
    choices = list(all_choices(AXES, fits))

    assert 3 * 2 * 3 - 3 == len(choices) == len({tuple(choice.values()) for choice in choices})


def test_pairs_stay_in_the_order_of_the_axes():
    assert [(("head", "a"), ("loss", "x"))] == list(pairs_of({"head": "a", "loss": "x"}))


def test_a_missing_pair_is_named():
    pair = (("head", "a"), ("loss", "y"))

    assert {pair} == missing([{"head": "a", "loss": "x"}], [{"head": "a", "loss": "y"}], pairs_of)


def test_every_valid_pair_meets_in_few_cells(ids):
    valid = cells()

    assert set() == missing([valid[id] for id in ids], valid.values(), pairs_of)
    assert len(ids) < len(valid)
    assert ids == [id for id in valid if id in ids]


def test_few_choices_have_every_fact():
    choices = {a + b: {"a": a, "b": b} for a in "12" for b in "xyz"}

    assert ["1x", "2y", "1z"] == few({id: choices[id] for id in ("1x", "2x", "2y", "1z")}, lambda each: each.values())


def test_of_equals_the_first_is_taken():
    choices = {id: {"a": id} for id in ("x", "y")}

    assert ["x"] == few(choices, lambda choice: ["the same"])


def test_nothing_changes_where_nothing_is_missing(ids):
    assert (tuple(ids), (), ()) == grow(ids, cells(), pairs_of)


def test_a_new_value_adds_few_cells_and_moves_none(ids):
    valid = cells({**AXES, "head": ("new", *AXES["head"])})
    grown = grow(ids, valid, pairs_of)

    assert tuple(ids) == grown.kept == grown.ids[: len(ids)]
    assert {"new"} == {valid[id]["head"] for id in grown.added}
    assert 0 < len(grown.added) <= 6
    assert set() == missing([valid[id] for id in grown.ids], valid.values(), pairs_of)


def test_a_new_format_adds_few_cells_and_moves_none(ids):
    valid = cells(routes={"new": ("bare",), **ROUTES})
    grown = grow(ids, valid, pairs_of)

    assert tuple(ids) == grown.kept == grown.ids[: len(ids)]
    assert {"new"} == {valid[id]["format"] for id in grown.added}
    assert set() == missing([valid[id] for id in grown.ids], valid.values(), pairs_of)


def test_what_an_axis_has_lost_is_gone_and_told(ids):
    valid = cells({**AXES, "optimizer": ("p", "q")})
    grown = grow(ids, valid, pairs_of)

    assert grown.gone == tuple(id for id in ids if "-r-" in id)
    assert grown.kept == tuple(id for id in ids if "-r-" not in id)
    # What only these had shown is shown by others.
    assert set() == missing([valid[id] for id in grown.ids], valid.values(), pairs_of)
