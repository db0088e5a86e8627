"""A run divided: every part of it, what it costs, and what a run has shown of costs."""

from __future__ import annotations

import random

import pytest

from cases.suite import SUITE
from harness.nouns import Case, HarnessError, Recipe
from harness.suite.costs import Costs
from harness.suite.shards import Shard
from harness.suite.suite import Selection
from harness.verdict import Verdict

CASES = list(SUITE.cases("default", Selection()))


def parts(cases, count, cost=SUITE.costs.of):
    return [Shard(number, count).of(cases, cost) for number in range(1, count + 1)]


def case(recipe, format="savedmodel", loader="bare"):
    return Case(Recipe(recipe, "subject"), format, loader)


@pytest.mark.parametrize("count", [1, 2, 3, 7, 500])
def test_the_parts_are_the_whole_and_no_recipe_is_in_two(count):
    divided = parts(CASES, count)

    assert sorted(each.id for each in CASES) == sorted(each.id for part in divided for each in part)
    recipes = [recipe for part in divided for recipe in {each.recipe.id for each in part}]
    assert len(recipes) == len(set(recipes))


def test_every_part_has_its_cells_in_the_order_of_the_whole():
    for part in parts(CASES, 4):
        assert part == [each for each in CASES if each in set(part)]


def test_the_order_of_the_recipes_does_not_matter():
    shuffled = random.Random(0).sample(CASES, len(CASES))

    assert [set(part) for part in parts(CASES, 4)] == [set(part) for part in parts(shuffled, 4)]


def test_parts_cost_about_the_same():
    costs = [sum(SUITE.costs.of([*cells]) for cells in by_recipe(part)) for part in parts(CASES, 4)]

    assert max(costs) < 1.05 * min(costs)


def by_recipe(cases):
    ids = dict.fromkeys(each.recipe.id for each in cases)
    return [[each for each in cases if each.recipe.id == id] for id in ids]


def test_a_dear_recipe_is_alone_where_the_others_weigh_as_much():
    cases = [case("dear"), case("cheap_1"), case("cheap_2")]
    costs = {"dear": 10.0}

    one, other = parts(cases, 2, lambda cells: costs.get(cells[0].recipe.id, 3.0))
    assert (["dear"], ["cheap_1", "cheap_2"]) == ([c.recipe.id for c in one], [c.recipe.id for c in other])


def test_a_part_is_read_and_written_alike():
    assert Shard(2, 4) == Shard.read("2/4")
    assert "2/4" == str(Shard(2, 4))
    assert Shard() == Shard.read("") == Shard.read("1/1")
    assert "" == str(Shard())


@pytest.mark.parametrize("text", ["0/4", "5/4", "4", "/", "1/0", "a/b", "-1/4", "1/4/5", "1.0/4", "1 /4"])
def test_what_is_no_part_is_one_sentence(text):
    with pytest.raises(HarnessError, match=r"^--shard .*: expected NUMBER/COUNT, from 1/COUNT to COUNT/COUNT, such as"):
        Shard.read(text)


COSTS = Costs({"slow": 50.0, "quick": 10.0, "gold": 0.0}, {"savedmodel-bare": 4.0, "dot_keras-bare": 2.0})


def test_a_recipe_costs_one_training_and_all_its_cells():
    assert 50 + 4 + 2 == COSTS.of([case("slow-a"), case("slow-a", "dot_keras")])


def test_what_is_not_known_costs_as_much_as_the_others():
    assert 30 + 3 == COSTS.of([case("other", "whole_h5")])
    assert 2.0 == Costs().of([case("other")])


def verdict(recipe, seconds, **facts):
    return Verdict(case(recipe), seconds=seconds, **facts)


def test_costs_are_what_a_run_has_shown():
    measured = Costs.measured(
        [
            verdict("slow-a", {"train": 40.0, "save": 1.0, "reload": 2.0, "observe": 3.0, "resave": 4.0}),
            verdict("slow-b", {"train": 60.0, "save": 2.0, "reload": 2.0, "observe": 4.0, "resave": 6.0}),
            verdict("quick", {"train": 10.0, "save": 1.0}, stage="reload"),
            verdict("gold", {"reload": 5.0}),
            verdict("stopped", {}, stage="train"),
        ]
    )

    assert Costs({"slow": 50.0, "quick": 10.0, "gold": 0.0}, {"savedmodel-bare": 7.5}) == measured


def test_costs_are_written_as_they_are_read(tmp_path):
    path = tmp_path / "costs.toml"
    path.write_text(COSTS.text())

    assert COSTS == Costs.read(path)


def test_the_committed_costs_know_what_the_default_matrix_has():
    assert {each.recipe.id.partition("-")[0] for each in CASES} <= set(SUITE.costs.training)
    assert {f"{each.format}-{each.loader}" for each in CASES} <= set(SUITE.costs.cells)
