"""The suite of this repository, checked without TensorFlow."""

from __future__ import annotations

import re
from itertools import combinations
from pathlib import Path

import pytest

from cases.axes.recipes import AXES
from cases.suite import ALL_AXES, DEFAULT_MATRIX, LEGACY, MODERN, SUITE, each_rows, full_rows, row_of
from harness.nouns import ASPECTS, STAGES, HarnessError
from harness.suite.known_failures import matches
from harness.suite.matrix import missing_pairs

ROOT = Path(__file__).parent.parent
CASES = [*SUITE.cases("default", {}, "", "2"), *SUITE.cases("default", {}, "", "3")]
GOLD = SUITE.cases("gold", {}, "", "2")


def test_every_id_is_unique():
    for keras in ("2", "3"):
        cases = SUITE.cases("default", {}, "", keras)

        assert len(cases) == len({case.id for case in cases})


def test_every_valid_pair_of_axis_values_meets_in_the_default_matrix():
    rows = [row_of(id) for id in DEFAULT_MATRIX.read_text().split()]

    assert set() == missing_pairs(rows, full_rows()), "run `python -m harness matrix --update`"


@pytest.mark.parametrize("backbone", MODERN)
def test_every_value_and_route_of_a_backbone_is_among_each_for_keras_3(backbone):
    chosen = [row for row in each_rows("3") if row["backbone"] == backbone]
    possible = [row for row in full_rows() if row["backbone"] == backbone]

    for axis in AXES:
        assert {row[axis] for row in possible} == {row[axis] for row in chosen}
    assert {(row["format"], row["loader"]) for row in possible} == {(row["format"], row["loader"]) for row in chosen}


def test_each_for_legacy_keras_has_few_cells_of_the_backbones_of_keras_3():
    rows = [row for row in each_rows("2") if row["backbone"] in MODERN]

    assert {"plain_layers", "handwritten"} == {row["backbone"] for row in rows}
    assert len(rows) <= 6


def test_what_was_in_the_matrix_stays_where_it_was():
    rows = [row_of(id) for id in DEFAULT_MATRIX.read_text().split()]

    assert all(row["backbone"] in LEGACY for row in rows[:133])
    assert all(row["backbone"] in MODERN for row in rows[133:])


def test_no_name_is_contained_in_another_or_in_a_test():
    names = [name for values in ALL_AXES.values() for name in values]
    tests = re.findall(r"def (test_\w+)", (ROOT / "cases" / "test_roundtrip.py").read_text())
    # -k is a substring match, and sees the names of tests and files too.
    contained = [(a, b) for a, b in combinations(names, 2) if a in b or b in a]
    seen = [(name, test) for name in names for test in (*tests, "test_roundtrip.py", "cases") if name in test]

    assert [] == contained
    assert [] == seen


def test_the_examples_come_first_and_only_without_a_checkpoint(tmp_path):
    assert CASES[0].id.startswith("example_functional-savedmodel")
    assert {"mean_pool"} == {case.id.split("-")[1] for case in SUITE.cases("default", {"head": ["mean_pool"]}, "", "2")}


def test_an_unknown_axis_or_value_is_one_sentence():
    with pytest.raises(HarnessError, match="--only colour=red: there is no axis 'colour'; expected one of backbone, "):
        SUITE.selection("colour=red")
    with pytest.raises(HarnessError, match="--only head=no: head has no value 'no'; expected one of mean_pool, "):
        SUITE.selection("head=no")


def test_values_of_one_axis_add_up():
    assert {"head": ["mean_pool", "max_pool"], "loader": ["bare"]} == SUITE.selection(
        "head=mean_pool,loader=bare,head=max_pool"
    )


@pytest.mark.parametrize("known", SUITE.known_failures, ids=lambda known: f"{known.cells}-{known.about}")
def test_every_known_failure_is_about_a_cell_and_says_why(known):
    assert any(matches(known.cells, case.id) for case in (*CASES, *GOLD)), f"matches no cell: delete {known}"
    assert known.about in (*ASPECTS, *STAGES)
    assert known.messages
    assert all(known.messages)
    page, _, anchor = known.because.partition("#")
    if not known.because.startswith("https://"):
        headings = re.findall(r"^## (.*)$", (ROOT / page).read_text(), re.MULTILINE)

        assert anchor in [re.sub(r"[^a-z0-9 _-]", "", each.lower()).replace(" ", "-") for each in headings]
