from __future__ import annotations

import numpy as np
import pytest

from harness.case import Case, Observation, Recipe
from harness.judge import as_served, judge

RECIPE = Recipe("recipe", "subject")
BEFORE = Observation({"weights": {"a": np.ones(1)}, "evaluation": {"loss": np.ones(())}, "optimizer": {"class": "SGD"}})


def test_silent_when_nothing_changed():
    differences, _ = judge(Case(RECIPE, "savedmodel", "bare"), BEFORE, BEFORE)

    assert () == differences


def test_a_probe_is_not_compared_where_there_is_no_code_of_it():
    asked = Observation({**BEFORE.facts, "probe": {"answer": 42}})

    assert "probe" not in judge(Case(RECIPE, "savedmodel", "code"), asked, asked)[1]
    assert "has not the code of it" in judge(Case(RECIPE, "savedmodel", "bare"), asked, BEFORE)[1]["probe"]
    assert ["probe['answer']: 41, but should be 42"] == [
        str(each)
        for each in judge(
            Case(RECIPE, "savedmodel", "code"), asked, Observation({**BEFORE.facts, "probe": {"answer": 41}})
        )[0]
    ]


def test_what_is_promised_and_out_of_sight_is_lost():
    after = Observation({"weights": BEFORE.facts["weights"]}, {"evaluation": "the model is not compiled"})
    differences, hidden = judge(Case(RECIPE, "savedmodel", "bare"), BEFORE, after)

    assert "evaluation: could not be observed after reload: the model is not compiled" in map(str, differences)
    assert "evaluation" not in hidden


def test_what_is_not_promised_may_be_out_of_sight():
    after = Observation({"weights": BEFORE.facts["weights"]}, {"optimizer": "there is none", "evaluation": "none"})
    differences, hidden = judge(Case(RECIPE, "export", "serving"), BEFORE, after)

    assert () == differences
    assert {"optimizer", "evaluation"} <= set(hidden)


@pytest.mark.parametrize(
    ("predictions", "served", "expected"),
    [
        pytest.param({"one": 1, "output names": ["dense"]}, ["one/dense"], {"one/dense": 1}, id="bare"),
        pytest.param({"one": 1, "output names": ["dense"]}, ["one/output_0"], {"one/output_0": 1}, id="exported"),
        pytest.param({"one": 1, "output names": []}, ["one/output_1"], {"one/output_1": 1}, id="saved_without_names"),
        pytest.param(
            {"one/0": 1, "one/1": 2},
            ["one/output_1", "one/output_2"],
            {"one/output_1": 1, "one/output_2": 2},
            id="saved_list_without_names",
        ),
        pytest.param(
            {"one/0": 1, "one/1": 2, "output names": ["start", "end"]},
            ["one/end", "one/start"],
            {"one/start": 1, "one/end": 2},
            id="list",
        ),
        pytest.param(
            {"one/b": 1, "one/a": 2, "output names": ["a", "b"]},
            ["one/output_0", "one/output_1"],
            {"one/output_1": 1, "one/output_0": 2},
            id="dict_by_position",
        ),
        pytest.param({"one/logits": 1, "one structure": {}}, ["one/logits"], {"one/logits": 1}, id="dict_by_name"),
        pytest.param({"one": 1, "output names": ["dense"]}, ["one/other"], {"one/": 1}, id="unknown_name"),
    ],
)
def test_predictions_take_the_names_of_the_signature(predictions, served, expected):
    assert expected == as_served(predictions, dict.fromkeys(served))
