"""Sets of facts: lost, added, renamed and moved ones, and the order of aspects."""

from __future__ import annotations

import numpy as np
import pytest
from comparing import differences, f4

from harness.nouns import ASPECTS, CONFIG, EVALUATION, OPTIMIZER, PREDICTIONS, RESUME, TRAINABLE, WEIGHTS
from harness.observation import Hidden, Observation
from harness.verdict import Difference, Unseen
from harness.verdicts.compare import compare, unseen

# Names.


def test_a_missing_weight_is_named():
    assert [("b", "missing after reload")] == differences({"a": f4(1), "b": f4(2)}, {"a": f4(1)})


def test_a_weight_that_appeared_is_named():
    assert [("b", "appeared after reload")] == differences({"a": f4(1)}, {"a": f4(1), "b": f4(2)})


def test_an_aspect_that_came_back_empty_is_missing_fact_by_fact():
    assert [("a", "missing after reload"), ("b", "missing after reload")] == differences({"a": f4(1), "b": 2}, {})


def found(expected, actual):
    """Every difference between the weights of two models, as a line."""
    return list(map(str, compare(Observation({WEIGHTS: expected}), Observation({WEIGHTS: actual}))))


def test_variables_under_other_names_have_lost_their_names_and_are_the_same_weights():
    expected = {"a/b:0": f4(1), "a/c:0": f4(2), "logits:0": f4(3)}
    actual = {"x/b:0": f4(1), "x/c:0": f4(2), "logits:0": f4(3)}

    assert [
        "names['a/b:0']: 2 of 3 names changed, the first 'a/b:0' is now 'x/b:0'; "
        "shapes, dtypes and values agree by position"
    ] == found(expected, actual)


def test_names_that_have_changed_places_are_names_and_no_weights():
    expected, actual = {"a": f4(1), "b": f4(2)}, {"b": f4(1), "a": f4(2)}

    assert [
        "names['a']: 2 of 2 names changed, the first 'a' is now 'b'; shapes, dtypes and values agree by position"
    ] == found(expected, actual)


def test_renamed_weights_are_compared_by_position():
    assert [
        "weights['b']: 1 of 1 values differ; the worst is 9 at [0], but should be 2 (off by 7.0e+00, allowed 0e+00)",
        "names['a']: 2 of 2 names changed, the first 'a' is now 'x'; by position, 1 of them differ",
    ] == found({"a": f4(1), "b": f4(2)}, {"x": f4(1), "y": f4(9)})


@pytest.mark.parametrize(
    "other", [f4(1, 1), np.ones(1), f4(-0.0)], ids=["another shape", "another dtype", "another value"]
)
def test_a_variable_that_is_not_the_same_has_lost_more_than_its_name(other):
    aspects = [line.partition("[")[0] for line in found({"a": f4(0), "b": f4(1)}, {"a": other, "c": f4(1)})]

    assert {"weights", "names"} == set(aspects)


def test_slots_follow_the_names_of_their_variables_in_whatever_order_they_come():
    """Training makes the momenta of all variables first, a loader makes those of each variable together."""
    expected = Observation(
        {
            WEIGHTS: {"model/a:0": f4(1), "model/b:0": f4(2, 3)},
            OPTIMIZER: {"model/a/m:0": f4(4), "model/b/m:0": f4(5, 6), "model/a/v:0": f4(7), "model/b/v:0": f4(8, 9)},
        }
    )
    slots = {"a/m:0": f4(4), "a/v:0": f4(7), "b/m:0": f4(5, 6), "b/v:0": f4(8, 9)}
    actual = Observation({WEIGHTS: {"a:0": f4(1), "b:0": f4(2, 3)}, OPTIMIZER: slots})

    assert ["names"] == [each.aspect for each in compare(expected, actual)]
    slots["b/v:0"] = f4(8, 0)
    assert ["optimizer['model/b/v:0']"] == [
        str(each).partition(":0'")[0] + ":0']" for each in compare(expected, actual) if each.aspect == OPTIMIZER
    ]


def test_weights_of_other_shapes_were_lost_not_renamed():
    assert [("kernel", "missing after reload"), ("gamma", "appeared after reload")] == differences(
        {"a": f4(1), "kernel": np.zeros((3, 2))}, {"a": f4(1), "gamma": f4(1)}
    )


def test_weights_were_not_renamed_if_one_is_missing():
    assert [
        ("a", "missing after reload"),
        ("b", "missing after reload"),
        ("x", "appeared after reload"),
    ] == differences({"a": f4(1), "b": f4(1)}, {"x": f4(1)})


def test_json_facts_are_not_renamed():
    assert [("loss", "missing after reload"), ("losses", "appeared after reload")] == differences(
        {"loss": "mse"}, {"losses": "mse"}
    )


def test_the_order_of_weights_is_a_fact():
    expected = {name: f4(place) for place, name in enumerate("abcd")}
    actual = {name: expected[name] for name in "acbd"}

    assert [("b", "comes after 'c', but should come before it; 2 of 4 names moved")] == differences(
        expected, actual, aspect=WEIGHTS
    )
    assert [] == differences(expected, actual, aspect=OPTIMIZER)


def flagged(order, trainable=""):
    """A model whose weights come in this order, and which trains these of them."""
    flags = {f"weight/{name}": name in trainable for name in sorted(order)}
    return Observation({WEIGHTS: {name: f4(ord(name)) for name in order}, TRAINABLE: {"model": True, **flags}})


@pytest.mark.parametrize(
    ("before", "after", "aspects"),
    [
        pytest.param(("acb", "ac"), ("abc", "abc"), {TRAINABLE}, id="flags_lost"),
        pytest.param(("abc", "abc"), ("bca", "bc"), {TRAINABLE}, id="frozen"),
        pytest.param(("acbd", "ac"), ("bdac", "bd"), {TRAINABLE}, id="flags_exchanged"),
        pytest.param(("abc", "ab"), ("bac", "ab"), {WEIGHTS}, id="moved"),
        pytest.param(("abc", "ab"), ("cab", "ab"), {WEIGHTS}, id="what_is_frozen_comes_first"),
        pytest.param(("acb", "ac"), ("cab", "abc"), {WEIGHTS, TRAINABLE}, id="flags_lost_and_moved"),
        pytest.param(("abcd", "ab"), ("abdc", "abcd"), {WEIGHTS, TRAINABLE}, id="moved_among_those_with_lost_flags"),
    ],
)
def test_an_order_that_follows_from_flags_is_told_by_the_flags(before, after, aspects):
    assert aspects == {each.aspect for each in compare(flagged(*before), flagged(*after))}


def test_an_order_does_not_follow_from_flags_that_nobody_saw():
    before, after = flagged("acb", "ac"), flagged("abc", "abc")
    blind = Observation({WEIGHTS: after.facts[WEIGHTS]}, {TRAINABLE: Hidden("it has none")})

    assert [WEIGHTS] == [each.aspect for each in compare(before, blind)]


def test_a_missing_weight_does_not_move_the_others():
    assert [("a", "missing after reload")] == differences({"a": f4(1), "b": f4(1)}, {"b": f4(1)}, aspect=WEIGHTS)


def test_renamed_weights_can_also_have_moved():
    assert ["weights['kept']", "names['a']"] == [
        line.partition(":")[0] for line in found({"kept": f4(1), "a": f4(2)}, {"x": f4(2), "kept": f4(1)})
    ]


# Aspects.


def test_causes_come_before_effects():
    expected = {"values": f4(1), "dtype": f4(1), "shape": f4(1), "first": f4(1), "second": f4(1), "missing": f4(1)}
    actual = {"values": f4(2), "dtype": np.ones(1), "shape": f4(1, 1), "second": f4(1), "first": f4(1)}

    assert ["missing", "first", "shape", "dtype", "values"] == [
        name for name, _ in differences(expected, actual, aspect=WEIGHTS)
    ]


def test_aspects_come_in_their_order():
    expected = Observation({"unheard of": {"x": 1}, **{aspect: {"x": 1} for aspect in reversed(ASPECTS)}})
    actual = Observation({aspect: {"x": 2} for aspect in expected.facts})

    assert [*ASPECTS, "unheard of"] == [each.aspect for each in compare(expected, actual)]


def test_a_difference_reads_as_one_line():
    found = compare(Observation({WEIGHTS: {"logits/bias:0": f4(1)}}), Observation({WEIGHTS: {}}))

    assert (Difference(WEIGHTS, "logits/bias:0", "missing after reload"),) == found
    assert "weights['logits/bias:0']: missing after reload" == str(found[0])


def test_what_one_side_cannot_observe_is_not_compared():
    expected = Observation({WEIGHTS: {"w": f4(1)}, CONFIG: {"c": 1}}, {OPTIMIZER: Hidden("it has none")})
    actual = Observation({WEIGHTS: {"w": f4(1)}, OPTIMIZER: {"o": 1}}, {CONFIG: Hidden("it forgot")})

    assert () == compare(expected, actual)


def test_what_cannot_be_compared_names_the_side_and_the_reason():
    facts = {aspect: {"x": 1} for aspect in ASPECTS if aspect not in (PREDICTIONS, RESUME)}
    expected = Observation(
        {**facts, PREDICTIONS: {}}, {OPTIMIZER: Hidden("not compiled"), CONFIG: Hidden("TypeError: no", raised=True)}
    )
    actual = Observation(facts, {OPTIMIZER: Hidden("not compiled"), EVALUATION: Hidden("no labels")})

    assert {
        CONFIG: Unseen("TypeError: no", before=True, raised=True),
        OPTIMIZER: Unseen("not compiled", before=True),
        PREDICTIONS: Unseen("nothing was observed, before saving or after reload"),
        EVALUATION: Unseen("no labels", before=False),
        RESUME: Unseen("nobody looked at it then"),
    } == unseen(expected, actual)


def test_a_model_that_has_no_weights_has_lost_none():
    none = Observation({WEIGHTS: {}, PREDICTIONS: {"same": f4(1)}})

    assert WEIGHTS not in unseen(none, none)
    assert () == compare(none, none)
    assert 1 == len(compare(none, Observation({WEIGHTS: {"w": f4(1)}, PREDICTIONS: {"same": f4(1)}})))
    assert Unseen("raised", before=False) == unseen(none, Observation({}, {WEIGHTS: Hidden("raised")}))[WEIGHTS]


def test_what_an_old_record_never_looked_at_is_no_loss():
    """A record of an earlier harness: it has no look at an aspect that was added since."""
    old, new = Observation({WEIGHTS: {"w": f4(1)}}), Observation({WEIGHTS: {"w": f4(1)}, CONFIG: {"c": 1}})

    assert () == compare(old, new)
    assert Unseen("nobody looked at it then", before=True) == unseen(old, new)[CONFIG]
    assert ["config['c']: missing after reload"] == [
        str(each) for each in compare(new, Observation({WEIGHTS: {"w": f4(1)}, CONFIG: {}}))
    ]
