"""Who gets what, and what is asked again: decisions, without a process."""

from __future__ import annotations

import random

import pytest

from harness.cluster.placing import LIVES, Placing, left_out

UNITS = {"a": ("a1", "a2"), "b": ("b1",), "c": ("c1",), "d": ("d1",)}


def placing(**rooms):
    found = Placing(UNITS)
    for node, room in rooms.items():
        found.join(node, room)
    return found


def test_the_emptiest_node_is_next_and_none_gets_more_than_it_has_room_for():
    both = placing(small=1, large=2)

    assert [("small", "a"), ("large", "b"), ("large", "c")] == [each[:2] for each in both.hand_out()]
    assert [] == both.hand_out()


def test_a_node_gets_another_unit_when_all_of_one_was_answered():
    one = placing(one=1)
    assert [("one", "a", ("a1", "a2"))] == one.hand_out()

    assert one.answered("one", "a", "a1")
    assert [] == one.hand_out()
    assert one.answered("one", "a", "a2")
    assert [("one", "b", ("b1",))] == one.hand_out()


def test_what_a_lost_node_has_answered_is_not_asked_again():
    two = placing(one=1, two=1)
    two.hand_out()
    two.answered("one", "a", "a1")

    assert ("a",) == two.leave("one")
    two.answered("two", "b", "b1")
    assert [("two", "a", ("a2",))] == two.hand_out(), "before all else"


def test_no_answer_counts_twice():
    two = placing(one=1, two=1)
    two.hand_out()

    assert two.answered("one", "a", "a1")
    assert not two.answered("one", "a", "a1")
    assert not two.answered("two", "a", "a2"), "it has not got it"
    two.leave("one")
    assert not two.answered("one", "a", "a2"), "it was given up"


def test_a_node_that_joins_late_gets_what_waits():
    one = placing(one=1)
    one.hand_out()
    one.join("late", 2)

    assert [("late", "b"), ("late", "c")] == [each[:2] for each in one.hand_out()]


def test_it_is_stuck_without_a_node_unless_one_may_come():
    one = placing(one=1)
    one.hand_out()
    assert "" == one.stuck(False)
    one.leave("one")

    assert "no node is left" == one.stuck(False)
    assert "" == one.stuck(True)


def test_a_unit_that_loses_one_node_after_another_ends_the_run():
    found = Placing({"deadly": ("x",), "harmless": ("y",)})
    found.join("steady", 1)
    for number in range(LIVES):
        assert "" == found.stuck(False)
        found.join(f"node {number}", 1)
        handed = {unit: node for node, unit, _ in found.hand_out()}
        if "deadly" in handed and handed["deadly"] == "steady":
            found.leave("steady")
        else:
            found.leave(handed.get("deadly", f"node {number}"))
    found.join("last", 1)

    assert f"deadly: {LIVES} nodes were lost while they had it" == found.stuck(False)


@pytest.mark.parametrize("seed", range(30))
def test_whatever_happens_every_part_is_answered_once(seed):
    draw = random.Random(seed)
    units = {f"u{number}": [f"u{number}.{part}" for part in range(draw.randint(1, 4))] for number in range(20)}
    found, working, answers, lost = Placing(units), {}, [], 0
    for number in range(4):
        found.join(f"n{number}", draw.randint(1, 3))
    while not found.done:
        for node, unit, parts in found.hand_out():
            working.setdefault(node, []).extend((unit, part) for part in parts)
        node = draw.choice([each for each in working if working[each]])
        if draw.random() < 0.05 and lost < 2:
            lost += 1
            found.leave(node)
            gone = working.pop(node)
            assert not any(found.answered(node, *each) for each in gone), "what it says afterwards"
            continue
        answer = working[node].pop(draw.randrange(len(working[node])))
        assert found.answered(node, *answer)
        answers.append(answer[1])

    assert sorted(part for parts in units.values() for part in parts) == sorted(answers)
    assert "" == found.stuck(False)


def test_what_goes_elsewhere_is_told():
    assert "n is left out: it died" == left_out("n", "it died", ())
    assert "n is left out: it died; what it had not finished goes elsewhere: a, b" == left_out("n", "it died", "ab")
