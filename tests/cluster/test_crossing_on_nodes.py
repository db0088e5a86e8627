"""A crossing in parts: divided, placed on played nodes, and one again in the order of one machine."""

from __future__ import annotations

import json

import pytest
from verdict_of import verdict_of

from harness.cluster.crossing import PlacedCrossing, divided, merged
from harness.cluster.messages import Cross, Gone, Told
from harness.cluster.messages import Crossed as Answer
from harness.environments.cross import Crossed, Loaded
from harness.environments.cross_tables import as_json
from harness.environments.table import Row
from harness.nouns import CODE, Case, InfrastructureError, Recipe
from harness.verdict import Verdict

CASES = [Case(Recipe(each, "s"), format, CODE) for each in "abcde" for format in ("savedmodel", "whole_h5")]
ROWS = ("old", "new")


def row(name):
    return Row(name, "3.11", "2", ("tensorflow==2.21.0",))


def loads(cases, producers, consumers):
    """As one machine has them; the second recipe does not train with the old row."""
    for consumer in consumers:
        for producer in producers:
            broken = [case for case in cases if (producer, case.recipe.id) == ("old", "b")]
            whole = [case for case in cases if case not in broken]
            yield from (Loaded(producer, consumer, True, Verdict(each, "train", "no")) for each in broken)
            for compiled in (True, False):
                yield from (Loaded(producer, consumer, compiled, verdict_of(each)) for each in whole)


def crossed(cases, producers=ROWS, consumers=ROWS):
    versions = {row: {"tensorflow": row} for row in ROWS}
    return Crossed(versions, {"gone": "no Python 3.5"}, list(loads(cases, producers, consumers)), "2026-01-01")


def plain(found):
    return {**json.loads(as_json(found)), "day": ""}


class PlayedCrew:
    """Nodes by name; each crosses what it gets, when it is asked for news, and may die of its first part."""

    hoping = False

    def __init__(self, *names, deadly=()):
        self.ready, self.parts, self._deadly = dict.fromkeys(names), [], set(deadly)
        self._news = []

    def send(self, name, message):
        assert isinstance(message, Cross)
        self.parts.append((name, message.part, [case.recipe.id for case in message.cases]))
        if name in self._deadly:
            self._news.append((name, Gone("it died")))
            return
        found = crossed(message.cases, message.producers, message.consumers)
        self._news += [(name, Told("old: 4 artifacts saved")), (name, Answer(message.part, json.loads(as_json(found))))]

    def heard(self, seconds):
        news, self._news = self._news, []
        return news


def test_parts_have_whole_recipes_and_each_once():
    parts = divided(CASES, 2)

    assert ["a and 2 more", "b and 1 more"] == list(parts)
    assert ["a", "a", "c", "c", "e", "e"] == [case.recipe.id for case in parts["a and 2 more"]]
    assert sorted(map(str, CASES)) == sorted(str(case) for part in parts.values() for case in part)
    assert list("abcde") == list(divided(CASES, 99))


def test_what_was_crossed_in_parts_is_as_on_one_machine():
    parts = [crossed(each) for each in divided(CASES, 3).values()]

    assert plain(crossed(CASES)) == plain(merged(parts[::-1], CASES, ROWS, ROWS))


@pytest.mark.parametrize("deadly", [(), ("two",)])
def test_it_is_as_on_one_machine_also_when_a_node_dies(deadly):
    said, crew = [], PlayedCrew("one", "two", deadly=deadly)
    found = PlacedCrossing(CASES, crew, said.append).run([*map(row, ROWS)], [*map(row, ROWS)])

    assert plain(crossed(CASES)) == plain(found)
    assert "one: old: 4 artifacts saved" in said
    assert {"one", *([] if deadly else ["two"])} == {node for node, *_ in crew.parts} - set(deadly)
    lost = [line for line in said if "left out" in line]
    assert ["two is left out: it died; what it had not finished goes elsewhere: b"] * len(deadly) == lost


def test_without_a_node_that_is_left_it_ends():
    crew = PlayedCrew("one", deadly=("one",))
    crossing = PlacedCrossing(CASES, crew, lambda line: None)
    with pytest.raises(InfrastructureError, match=r"^no node is left; one is left out: it died; what it"):
        crossing.run([row("old")], [row("new")])
