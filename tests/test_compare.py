"""Sets of facts: lost, added, renamed and moved ones, and the order of aspects."""

from __future__ import annotations

import numpy as np
from comparing import differences, f4

from harness.nouns import ASPECTS, CONFIG, EVALUATION, OPTIMIZER, PREDICTIONS, WEIGHTS, Difference, Observation
from harness.verdicts.compare import compare, unobservable

# Names.


def test_a_missing_weight_is_named():
    assert [("b", "missing after reload")] == differences({"a": f4(1), "b": f4(2)}, {"a": f4(1)})


def test_a_weight_that_appeared_is_named():
    assert [("b", "appeared after reload")] == differences({"a": f4(1)}, {"a": f4(1), "b": f4(2)})


def test_an_aspect_that_came_back_empty_is_missing_fact_by_fact():
    assert [("a", "missing after reload"), ("b", "missing after reload")] == differences({"a": f4(1), "b": 2}, {})


def test_renamed_weights_are_one_difference():
    expected = {"a/b:0": f4(1), "a/c:0": f4(2), "logits:0": f4(3)}
    actual = {"x/b:0": f4(1), "x/c:0": f4(2), "logits:0": f4(3)}

    assert [
        (
            "a/b:0",
            "2 of 3 names changed, the first 'a/b:0' is now 'x/b:0'; shapes, dtypes and values agree by position",
        )
    ] == differences(expected, actual, aspect=WEIGHTS)


def test_renamed_weights_are_compared_by_position():
    expected = {"a": f4(1), "b": f4(2)}
    actual = {"x": f4(1), "y": f4(9)}

    assert [
        ("a", "2 of 2 names changed, the first 'a' is now 'x'; by position, 1 of them differ"),
        (
            "b",
            "1 of 1 values differ; the worst is 9 at [0], but should be 2 (off by 7.0e+00, allowed 0e+00)",
        ),
    ] == differences(expected, actual, aspect=WEIGHTS)


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
    expected = {name: f4(1) for name in "abcd"}
    actual = {name: f4(1) for name in "acbd"}

    assert [("b", "comes after 'c', but should come before it; 2 of 4 names moved")] == differences(
        expected, actual, aspect=WEIGHTS
    )
    assert [] == differences(expected, actual, aspect=OPTIMIZER)


def test_a_missing_weight_does_not_move_the_others():
    assert [("a", "missing after reload")] == differences({"a": f4(1), "b": f4(1)}, {"b": f4(1)}, aspect=WEIGHTS)


def test_renamed_weights_can_also_have_moved():
    assert ["a", "kept"] == [
        name for name, _ in differences({"kept": f4(1), "a": f4(2)}, {"x": f4(2), "kept": f4(1)}, aspect=WEIGHTS)
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
    expected = Observation({WEIGHTS: {"w": f4(1)}, CONFIG: {"c": 1}}, {OPTIMIZER: "it has none"})
    actual = Observation({WEIGHTS: {"w": f4(1)}, OPTIMIZER: {"o": 1}}, {CONFIG: "it forgot"})

    assert () == compare(expected, actual)


def test_what_cannot_be_compared_names_the_side_and_the_reason():
    facts = {aspect: {"x": 1} for aspect in ASPECTS if aspect != PREDICTIONS}
    expected = Observation(facts, {OPTIMIZER: "not compiled", CONFIG: "no get_config"})
    actual = Observation(facts, {OPTIMIZER: "not compiled", EVALUATION: "no labels"})

    assert {
        CONFIG: "before saving: no get_config",
        OPTIMIZER: "before saving: not compiled; after reload: not compiled",
        PREDICTIONS: "nothing was observed, before saving or after reload",
        EVALUATION: "after reload: no labels",
    } == unobservable(expected, actual)
