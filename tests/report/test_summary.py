"""What a person reads at the end of a run of cells."""

from __future__ import annotations

import pytest
from verdict_of import verdict_of

from harness.environment import Environment
from harness.nouns import Case, Recipe
from harness.report.colours import Paint
from harness.report.result import Result
from harness.report.summary import reason, summary
from harness.suite.expectations import Expectations
from harness.suite.known_failures import KnownFailure
from harness.verdict import Difference, Unseen, Verdict

PLAIN = Paint(False)
KNOWN = (
    KnownFailure("*-savedmodel-bare", "optimizer", ("0, but should be 4",), "link"),
    KnownFailure("stops-dot_keras-code", "reload", ("Unknown layer",), "link"),
)
EXPECTED = Expectations(KNOWN, Environment({"tensorflow": "2.21.0"}))
FORGOTTEN = Difference("optimizer", "iteration", "0, but should be 4")
CHANGED = Difference("weights", "dense/kernel", "1 of 2 values differ")


def result(verdict):
    return Result(verdict, EXPECTED.outcomes(verdict))


def case(recipe="recipe", format="savedmodel", loader="bare"):
    return Case(Recipe(recipe, "subject"), format, loader)


def as_known(recipe="recipe", **facts):
    return result(verdict_of(case(recipe), FORGOTTEN, **facts))


def stopped(recipe="stops", failure="ValueError: Unknown layer", **facts):
    return result(Verdict(case(recipe, "dot_keras", "code"), stage="reload", failure=failure, **facts))


def test_of_no_cell_there_is_nothing_to_say():
    assert [] == summary([], PLAIN)


def test_what_is_as_known_is_one_line_and_a_table():
    lines = summary([as_known("one"), as_known("two"), stopped()], PLAIN)

    assert [
        "3 cells as known",
        "",
        "format      loader  loaded  lost, as known (cells)  otherwise (cells)",
        "savedmodel  bare    2 of 2  optimizer 2",
        "dot_keras   code    0 of 1  loading 1",
        "",
    ] == lines[:6]
    assert "not reached: all aspects of 1 cell that did not load" == lines[-1]


@pytest.mark.parametrize(
    ("found", "told"),
    [
        (result(verdict_of(case(), FORGOTTEN, CHANGED)), "weights['dense/kernel']: 1 of 2 values differ"),
        (stopped("recipe", "TypeError: no\nmore"), "saved, but did not reload: TypeError: no"),
        (stopped(failure="TypeError: no"), "saved, but did not reload: TypeError: no"),
        (
            result(verdict_of(case())),
            "passes, though it is a known failure: delete or narrow the entry "
            "KnownFailure('*-savedmodel-bare', 'optimizer') among the known failures",
        ),
    ],
    ids=["lost", "stopped", "stopped otherwise", "mended"],
)
def test_what_is_other_than_known_stands_first_with_its_reason(found, told):
    lines = summary([as_known("other"), found], PLAIN)

    assert "1 cell of 2 otherwise than known:" == lines[0]
    assert lines[1].startswith(f"  {found.verdict.case}: ")
    assert lines[1].endswith(f": {told}")


def test_a_long_reason_is_cut():
    told = reason(result(verdict_of(case(), FORGOTTEN, Difference("weights", "a", "x" * 300))))

    assert 160 == len(told)
    assert told.endswith("x...")


def test_ten_cells_are_named_and_the_rest_is_counted():
    lines = summary([result(verdict_of(case(f"r{n}"), FORGOTTEN, CHANGED)) for n in range(12)], PLAIN)

    assert "12 cells of 12 otherwise than known:" == lines[0]
    assert "  and 2 more" == lines[11]
    assert "savedmodel  bare    12 of 12  optimizer 12            weights 12" == lines[14]


def test_what_nobody_was_to_judge_is_counted_by_reason():
    promised = {"weights", "optimizer", "losses"}
    verdict = verdict_of(
        case(), FORGOTTEN, Difference("names", "a", "gone"), promised=promised, unseen={"losses": Unseen("none")}
    )

    assert [
        "not asked for: 13 aspects that the format of a cell does not promise (12 kept, 1 lost)",
        "not to be seen: 1 promised aspect of models that have nothing of the kind",
    ] == summary([result(verdict)], PLAIN)[-2:]


def test_the_slowest_stand_first_by_stage_and_a_recipe_is_trained_once():
    seconds = [{"train": 9.0, "save": 2.0, "reload": load} for load in (1.0, 3.0)]
    one = result(verdict_of(case("a"), FORGOTTEN, seconds=seconds[0]))
    two = result(verdict_of(case("a", loader="code"), seconds=seconds[1]))

    assert [
        "stage   seconds  slowest",
        "train         9  9.0 a",
        "save          2  2.0 a-savedmodel",
        "reload        4  3.0 a-savedmodel-code, 1.0 a-savedmodel-bare",
    ] == summary([one, two], PLAIN)[-4:]


def test_colours_say_what_is_known_and_what_is_not():
    told = "\n".join(summary([result(verdict_of(case(), FORGOTTEN, CHANGED))], Paint(True)))

    assert "\x1b[1;31m1 cell of 1 otherwise than known:\x1b[0m" in told
    assert "\x1b[33moptimizer 1" in told
    assert "\x1b[31mweights 1\x1b[0m" in told
