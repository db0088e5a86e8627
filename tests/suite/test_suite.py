"""The suite of this repository, and what any suite does with a selection; checked without TensorFlow."""

from __future__ import annotations

import ast
import hashlib
import re
from pathlib import Path

import pytest
from places import ROOT

import cases.suite
from cases.axes.recipes import AXES
from cases.known_failures import links
from cases.suite import (
    ALL_AXES,
    DEFAULT_MATRIX,
    MODERN,
    SUITE,
    case_of,
    choice_of,
    committed,
    facts,
    id_of,
    renewed,
    valid,
)
from harness.entry.command_line import main
from harness.formats import FORMATS
from harness.nouns import ASPECTS, STAGES, Case, HarnessError, Recipe
from harness.suite.known_failures import matches
from harness.suite.matrix import grow, missing
from harness.suite.suite import MANY, Selection, Suite

COMMITTED = committed()
CASES = [
    case for keras in "23" for name in ("default", "packaging") for case in SUITE.cases(name, Selection(keras=keras))
]
GOLD = list(SUITE.cases("gold", Selection()))

#: Of the ids that the default matrix began with. They are public: `matrix --update` moves none of them.
BEGAN_WITH = 250
DIGEST = "25e7821861483310242d9f26c1038407f810c4a0d962077beb049149fa6d8ea7"


def ids(matrix="default", **selection):
    return [case.id for case in SUITE.cases(matrix, Selection(**selection))]


@pytest.fixture(scope="module")
def every_cell():
    return {id_of(choice): choice for choice in valid()}


def test_every_id_is_unique():
    for keras in "23":
        assert len(ids(keras=keras)) == len(set(ids(keras=keras)))


def test_an_id_and_its_axis_values_are_the_same():
    assert committed() == [case_of(choice_of(id)).id for id in committed()]


def test_no_id_of_the_default_matrix_has_moved():
    """After `matrix --renew`, which deals them anew, write the digest anew, and a line into CHANGELOG.md."""
    first = DEFAULT_MATRIX.read_text().splitlines(keepends=True)[:BEGAN_WITH]

    assert DIGEST == hashlib.sha256("".join(first).encode()).hexdigest()


def test_every_valid_pair_of_axis_values_meets_in_the_default_matrix(every_cell):
    cells = [every_cell[id] for id in committed()]

    assert set() == missing(cells, every_cell.values(), facts), "run `python -m harness matrix --update`"


@pytest.mark.parametrize(("axis", "value"), [("head", "max_pool"), ("format", "shards")])
def test_a_value_that_was_not_there_yet_adds_few_cells_and_moves_none(every_cell, axis, value):
    others = {id: choice for id, choice in every_cell.items() if choice[axis] != value}
    before = grow([id for id in committed() if id in others], others, facts).ids
    grown = grow(before, every_cell, facts)

    assert before == grown.kept == grown.ids[: len(before)]
    assert () == grown.gone
    assert {value} == {choice_of(id)[axis] for id in grown.added}
    assert len(grown.added) <= 30
    assert set() == missing([every_cell[id] for id in grown.ids], every_cell.values(), facts)


def test_an_update_writes_what_it_says(monkeypatch, tmp_path, capsys):
    path = tmp_path / "matrix.txt"
    monkeypatch.setattr(cases.suite, "DEFAULT_MATRIX", path)
    path.write_text("".join(f"{id}\n" for id in ["pretrained-no_such_head-x-y-z-h5-bare", *COMMITTED]))

    before = f"matrix.txt: {len(COMMITTED)} cells kept, 0 added\n"

    assert 0 == main(["matrix", "--update"])
    assert capsys.readouterr().out.startswith(
        f"{before}  removed, since there can be no such cell any more: pretrained-no"
    )
    assert COMMITTED == path.read_text().split()
    assert 0 == main(["matrix", "--update"])
    assert capsys.readouterr().out.startswith(f"{before}default: ")


def test_what_is_dealt_anew_shows_as_much(every_cell):
    dealt = renewed()

    assert set() == missing([every_cell[id] for id in dealt], every_cell.values(), facts)
    assert len(dealt) < len(every_cell) / 100


def test_each_matrix_is_counted_with_what_it_has(capsys):
    assert 0 == main(["matrix"])
    lines = capsys.readouterr().out.splitlines()

    assert list(SUITE.matrices) == [line.partition(":")[0] for line in lines]
    assert "examples: 54 cells of 6 recipes. The published examples and their mended twins, " in lines[2]
    assert all(line.endswith(".") for line in lines)


@pytest.mark.parametrize("backbone", MODERN)
def test_every_value_and_route_of_a_backbone_is_among_each_for_keras_3(every_cell, backbone):
    chosen = [choice_of(id) for id in ids("each", keras="3", only={"backbone": [backbone]})]
    possible = [choice for choice in every_cell.values() if choice["backbone"] == backbone]

    for axis in AXES:
        assert {choice[axis] for choice in possible} == {choice[axis] for choice in chosen}
    routes = [{(choice["format"], choice["loader"]) for choice in choices} for choices in (possible, chosen)]
    assert routes[0] == routes[1]


def test_each_for_legacy_keras_has_few_cells_of_the_backbones_of_keras_3():
    backbones = [choice_of(id)["backbone"] for id in ids("each", only={"backbone": MODERN})]

    assert {"plain_layers", "handwritten"} == set(backbones)
    assert len(backbones) <= len(FORMATS)


def test_no_name_is_contained_in_a_test():
    names = [name for values in ALL_AXES.values() for name in values]
    tests = re.findall(r"def (test_\w+)", (ROOT / "cases" / "test_roundtrip.py").read_text())
    # -k is a substring match, and sees the names of tests and files too.
    seen = [(name, test) for name in names for test in (*tests, "test_roundtrip.py", "cases") if name in test]

    assert [] == seen


def test_the_examples_come_first_and_only_without_a_checkpoint():
    assert ids()[0] == "example_functional-savedmodel-bare"
    assert {"pretrained", "main_layer", "hf_model", "subclassed"} == {
        id.split("-")[0] for id in ids(checkpoint="xlm-roberta-base")
    }
    assert [] == ids("examples", checkpoint="xlm-roberta-base")


def test_a_cell_without_a_selected_axis_is_left_out():
    assert {"mean_pool"} == {id.split("-")[1] for id in ids(only={"head": ["mean_pool"]})}
    assert [] == ids("gold", only={"head": ["mean_pool"]})
    assert {"savedmodel-bare"} == {
        id.split("-", 1)[1] for id in ids("gold", only={"format": ["savedmodel"], "loader": ["bare"]})
    }


def test_ids_are_selected_by_patterns():
    assert ["example_functional-savedmodel-bare", "mended_functional-savedmodel-bare"] == ids(
        "full", ids=("*_functional-savedmodel-bare",)
    )


def test_an_unknown_axis_or_value_is_one_sentence():
    with pytest.raises(HarnessError, match="--only colour=red: there is no axis 'colour'; expected one of backbone, "):
        SUITE.selection("colour=red")
    with pytest.raises(HarnessError, match="--only head=no: head has no value 'no'; expected one of mean_pool, "):
        SUITE.selection("head=no")


def test_values_of_one_axis_add_up():
    assert {"head": ["mean_pool", "max_pool"], "loader": ["bare"]} == SUITE.selection(
        "head=mean_pool,loader=bare,head=max_pool"
    )


def a_suite(cells):
    """A suite of somebody else, with a matrix that has a name of its own, and so many cells."""

    def many(selection):
        """All of them."""
        for number in range(cells):
            asked.append(number)
            yield Case(Recipe(f"model_{number}", "somewhere"), "dot_keras", "bare")

    asked: list[int] = []
    suite = Suite({}, {"mine": many}, (), grow=lambda: "", renew=lambda: "")
    return suite, asked


def test_a_suite_has_the_matrices_that_it_names():
    suite, _ = a_suite(2)

    assert ["model_0-dot_keras-bare", "model_1-dot_keras-bare"] == [
        case.id for case in suite.cases("mine", Selection())
    ]
    with pytest.raises(HarnessError) as error:
        suite.cases("default", Selection())
    assert "--matrix default: there is no such matrix; expected one of mine" == str(error.value)


def test_cells_are_made_one_by_one():
    suite, asked = a_suite(10**6)

    assert "model_0-dot_keras-bare" == next(suite.cases("mine", Selection())).id
    assert [0] == asked


def test_more_cells_than_anybody_means_to_run_are_refused():
    suite, _ = a_suite(MANY + 1)

    with pytest.raises(HarnessError, match="--matrix mine: more than 2000 cells, and days of work; select some by "):
        suite.to_run("mine", Selection())
    assert MANY + 1 == len(suite.to_run("mine", Selection(ids=["*"])))
    assert MANY == len(a_suite(MANY)[0].to_run("mine", Selection()))


KNOWN = [part for each in SUITE.known_failures for part in each.parts()]


@pytest.mark.parametrize("known", KNOWN, ids=lambda known: f"{known.cells}-{known.about}")
def test_every_known_failure_is_about_a_cell_and_says_why(known):
    assert any(matches(known.cells, case.id) for case in (*CASES, *GOLD)), f"matches no cell: delete {known}"
    assert known.about in (*ASPECTS, *STAGES)
    assert known.messages
    assert all(known.messages)
    page, _, anchor = known.because.partition("#")
    if not known.because.startswith("https://"):
        headings = re.findall(r"^## (.*)$", (ROOT / page).read_text(), re.MULTILINE)

        assert anchor in [re.sub(r"[^a-z0-9 _-]", "", each.lower()).replace(" ", "-") for each in headings]


def test_every_link_stands_once():
    """So that a cause which is fixed, or moves, is one line."""
    defined = [value for name, value in vars(links).items() if name.isupper()]
    folder = Path(links.__file__).parent
    elsewhere = [
        f"{path.name}: {node.value}"
        for path in folder.glob("*.py")
        if path != Path(links.__file__)
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Constant) and str(node.value).startswith(("https://", "docs/"))
    ]

    assert len(defined) == len(set(defined))
    assert [] == elsewhere
    assert {each.because for each in KNOWN} <= set(defined)
