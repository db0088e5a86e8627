from __future__ import annotations

from verdict_of import verdict_of

from harness.environment import Environment
from harness.nouns import Case, Recipe
from harness.suite.known_failures import KnownFailure
from harness.suite.proposals import patterns, proposals
from harness.verdict import Difference

HERE = Environment(versions={"tensorflow": "2.21.0", "tf-keras": "2.21.0", "python": "3.11.7"})


def result(id, stage="", failure="", **lost):
    """A verdict of a cell by its id."""
    recipe, format, loader = id.split("-")
    case = Case(Recipe(recipe, ""), format, loader)
    differences = [Difference(aspect, "x", problem) for aspect, problem in lost.items()]
    return verdict_of(case, *differences, stage=stage, failure=failure)


def test_one_pattern_is_found_where_one_can_be():
    assert ["a-*-bare"] == patterns(["a-x-bare", "a-y-bare"], ["b-x-bare", "a-x-code"])
    assert ["*-*-bare"] == patterns(["a-x-bare", "b-y-bare"], ["a-x-code"])


def test_ids_are_listed_where_no_pattern_tells_them_apart():
    assert ["a-x-bare", "b-y-bare"] == patterns(["a-x-bare", "b-y-bare"], ["a-y-bare"])


def test_a_new_failure_is_proposed_with_its_message():
    lines = proposals(
        [result("a-savedmodel-bare", "reload", "ValueError:\n Unknown layer"), result("b-savedmodel-bare")], [], HERE
    )

    assert [
        "# add, or correct the entry that stands: 1 cells fail like this",
        "KnownFailure('a-*-*', 'reload', ('ValueError: Unknown layer',), because=\"\"),",
    ] == lines


def test_cells_that_no_one_pattern_tells_apart_are_one_entry():
    lines = proposals([result(id, "reload", "no") for id in ("a-x-bare", "b-y-bare")] + [result("a-y-bare")], [], HERE)

    assert "KnownFailure(('a-x-bare', 'b-y-bare'), 'reload', ('no',), because=\"\")," == lines[-1]
    assert 2 == len(lines)


def test_an_entry_that_passes_is_to_be_deleted():
    known = [KnownFailure("a-savedmodel-bare", "reload", ("Unknown layer",), "link")]

    assert [
        "# delete or narrow: 1 cells pass, for example a-savedmodel-bare",
        "#   KnownFailure('a-savedmodel-bare', 'reload', ...)",
    ] == proposals([result("a-savedmodel-bare")], known, HERE)


def test_of_an_entry_with_several_aspects_the_one_that_passes_is_to_be_deleted():
    known = [KnownFailure("a-savedmodel-bare", ("weights", "optimizer"), ("values differ",), "link")]

    assert [
        "# delete or narrow: 1 cells pass, for example a-savedmodel-bare",
        "#   KnownFailure('a-savedmodel-bare', 'optimizer', ...)",
    ] == proposals([result("a-savedmodel-bare", weights="3 of 4 values differ")], known, HERE)


def test_a_changed_message_is_proposed_anew():
    known = [KnownFailure("a-savedmodel-bare", "weights", ("values differ",), "link")]

    assert (
        "KnownFailure('*-*-*', 'weights', ('missing after reload',), because=\"\"),"
        == proposals([result("a-savedmodel-bare", weights="missing after reload")], known, HERE)[-1]
    )


def test_silent_when_everything_is_known():
    known = [KnownFailure("a-savedmodel-bare", "weights", ("values differ",), "link")]

    assert [] == proposals(
        [result("a-savedmodel-bare", weights="3 of 4 values differ"), result("b-savedmodel-bare")], known, HERE
    )
