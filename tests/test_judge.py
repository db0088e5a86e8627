from __future__ import annotations

import numpy as np
import pytest

from harness.formats import find_format
from harness.nouns import Case, Observation, Recipe
from harness.verdicts.judge import as_served, judge, tolerances

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
    ("facts", "outputs", "served", "expected"),
    [
        pytest.param({"one": 1}, ["dense"], ["one/dense"], {"one/dense": 1}, id="bare"),
        pytest.param({"one": 1}, ["dense"], ["one/output_0"], {"one/output_0": 1}, id="exported"),
        pytest.param({"one": 1}, [], ["one/output_1"], {"one/output_1": 1}, id="saved_without_names"),
        pytest.param(
            {"one/0": 1, "one/1": 2},
            [],
            ["one/output_1", "one/output_2"],
            {"one/output_1": 1, "one/output_2": 2},
            id="saved_list_without_names",
        ),
        pytest.param(
            {"one/0": 1, "one/1": 2},
            ["start", "end"],
            ["one/end", "one/start"],
            {"one/start": 1, "one/end": 2},
            id="list",
        ),
        pytest.param(
            {"one/b": 1, "one/a": 2},
            ["a", "b"],
            ["one/output_0", "one/output_1"],
            {"one/output_1": 1, "one/output_0": 2},
            id="dict_by_position",
        ),
        pytest.param({"one/logits": 1}, [], ["one/logits"], {"one/logits": 1}, id="dict_by_name"),
        pytest.param({"one": 1}, ["dense"], ["one/other"], {"one/": 1}, id="unknown_name"),
        pytest.param(
            {"input/ids": 1, "takes int64": 2, "output": 3},
            ["dense"],
            ["input/keras_tensor", "takes int64", "output/dense"],
            {"input/ids": 1, "takes int64": 2, "output/dense": 3},
            id="not_about_outputs",
        ),
    ],
)
def test_outputs_take_the_names_of_the_signature(facts, outputs, served, expected):
    assert expected == as_served(facts, outputs, dict.fromkeys(served))


SAID = [
    ("Error: your model is starting with a freshly initialized optimizer.", "optimizer"),
    ("Skipping variable loading for optimizer 'Adam', because it has 5 variables", "optimizer"),
    ("Value in checkpoint could not be found in the restored object: (root).optimizer._iterations", "optimizer"),
    ("Value in checkpoint could not be found in the restored object: (root).layer.kernel", "weights"),
    ("Skipping loading of weights for layer #1 (named dense)", "weights"),
    ("Some layers were not initialized from the checkpoint and are newly initialized: ['pooler']", "weights"),
    ("No training configuration found in the save file, so the model was *not* compiled.", "compile"),
    ("something that nobody has seen before", "warnings"),
]


@pytest.mark.parametrize(("message", "aspect"), SAID)
def test_what_a_loader_admits_is_a_difference_of_the_aspect_that_it_names(message, aspect):
    after = Observation({**BEFORE.facts, "warnings": {"said": [message]}})
    differences, hidden = judge(Case(RECIPE, "savedmodel", "bare"), BEFORE, after)

    assert [f"{aspect}: the loader said: {message}"] == [str(each) for each in differences]
    assert "warnings" not in hidden


def test_a_harmless_message_is_no_difference():
    said = {"said": ["TensorFlow and JAX classes are deprecated and will be removed in Transformers v5."]}

    assert () == judge(Case(RECIPE, "savedmodel", "bare"), BEFORE, Observation({**BEFORE.facts, "warnings": said}))[0]


@pytest.mark.parametrize(
    ("format", "loader", "compute", "allowed"),
    [
        ("savedmodel", "serving", "bfloat16", 2 * 2**-7),
        ("savedmodel", "bare", "float16", 5e-3),
        ("savedmodel", "serving", "float32", 1e-6),
        ("savedmodel", "library", "bfloat16", 1e-6),
        ("whole_h5", "bare", "bfloat16", 0.0),
    ],
)
def test_only_a_graph_may_round_elsewhere_and_in_half_precision_further(format, loader, compute, allowed):
    seen = Observation({"precision": {"layer/dense": ["policy", compute, "float32"], "loss scale": None}})
    found = tolerances(Case(RECIPE, format, loader), seen)

    assert allowed == found["predictions"] == found["signature"]
    assert find_format(format).tolerance == found["resume"] == found["evaluation"]


def test_what_raises_before_saving_is_no_excuse():
    """Else a fault of the look itself would read as an aspect that nothing can lose."""
    raised = Observation({}, {"weights": "raised TypeError: not so", "config": "the model has no get_config"})
    differences, hidden = judge(Case(RECIPE, "savedmodel", "library"), raised, raised)

    assert ["weights: could not be observed before saving: TypeError: not so"] == [str(each) for each in differences]
    assert "config" in hidden
    assert "weights" not in hidden
    assert not judge(Case(RECIPE, "savedmodel", "library"), raised, raised, trained=False)[0], "told at the first load"
