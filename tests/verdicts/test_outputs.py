"""Outputs under other names: what is the same one, what is another, and where the loss of a name is told."""

from __future__ import annotations

import numpy as np
import pytest

from harness.nouns import Case, Recipe
from harness.observation import Hidden, Observation
from harness.verdict import Kept, Lost
from harness.verdicts.judge import judge

ONE, TWO = np.array([[1.0, 2.0]]), np.array([[3.0, 4.0]])
NO_LAYERS = {"names": Hidden("a serving load has no layers")}


def seen(outputs=(), hidden=None, structure=None, **predictions):
    """An observation of one probe, by output; "bare" is one that is returned bare, "past__0" is inside of something."""
    facts = {
        f"same/{name.replace('__', '/')}".replace("same/bare", "same"): value for name, value in predictions.items()
    }
    names = {} if hidden else {"names": {"outputs": list(outputs), "structure": structure}}
    return Observation({"predictions": facts, "signature": {"input/x": ["float32", [None, 2]]}, **names}, hidden or {})


def lost(expected, actual, loader="bare", format="dot_keras"):
    """Aspect -> its differences, as lines."""
    findings = judge(Case(Recipe("recipe", "subject"), format, loader), expected, actual)
    return {
        aspect: [str(each) for each in finding.differences]
        for aspect, finding in findings.items()
        if isinstance(finding, Lost)
    }


def served(expected, **predictions):
    return lost(expected, seen(hidden=NO_LAYERS, **predictions), "serving", "savedmodel")


def test_nested_outputs_that_are_served_flat_have_lost_their_names_once():
    nested = seen(h=ONE, past__0=TWO, past__1=ONE)

    assert {
        "signature": [
            "signature['past/0']: 2 of 3 outputs came back under another name, the first 'past/0' is now 'past_1'"
        ]
    } == served(nested, past_1=TWO, past_2=ONE, h=ONE)


def test_outputs_that_are_served_by_the_names_of_layers_have_lost_those_of_the_dict():
    by_key = seen(["b", "a"], zz=ONE, yy=TWO)

    assert ["signature"] == list(served(by_key, a=ONE, b=TWO))
    assert {"signature", "predictions"} == set(served(by_key, a=ONE, b=TWO + 1))


def test_a_list_that_is_served_by_the_names_of_the_outputs_has_lost_nothing():
    assert {} == served(seen(["b", "a"], **{"0": ONE, "1": TWO}), a=TWO, b=ONE)
    assert {} == served(seen(["label"], bare=ONE), output_0=ONE)


def test_the_only_output_is_the_same_one_by_whatever_name():
    assert ["signature"] == list(served(seen(["label"], bare=ONE), renamed=ONE))
    assert {
        "predictions": [
            "predictions['same']: 2 of 2 values differ; the worst is 3 at [0, 0], but should be 1 "
            "(off by 2.0e+00, allowed 1e-06)"
        ],
        "signature": [
            "signature['label']: 1 of 1 outputs came back under another name, the first 'label' is now 'renamed'"
        ],
    } == served(seen(["label"], bare=ONE), renamed=TWO)


def test_a_dict_in_place_of_a_list_is_told_by_the_structure_alone():
    before = seen(["label", "topic"], structure=["array", "array"], **{"0": ONE, "1": TWO})
    structure = {"label": "array", "topic": "array"}

    assert ["names"] == list(lost(before, seen(["label", "topic"], structure=structure, label=ONE, topic=TWO)))
    swapped = lost(before, seen(["label", "topic"], structure=structure, label=TWO, topic=ONE))
    assert ["predictions['same/0']: 2 outputs are swapped: the first, '0', has the values of '1'"] == swapped[
        "predictions"
    ]


def test_a_list_in_place_of_a_dict_is_known_by_the_names_of_its_outputs():
    before = seen(["label", "topic"], label=ONE, topic=TWO)

    assert ["names"] == list(lost(before, seen(["topic", "label"], **{"0": TWO, "1": ONE})))


def test_a_wrong_value_under_a_right_name_is_a_lost_prediction():
    before = seen(label=ONE, topic=TWO)

    assert ["predictions"] == list(lost(before, seen(label=ONE, topic=ONE)))
    assert {
        "predictions": [
            "predictions['same/label']: 2 outputs are swapped: the first, 'label', has the values of 'topic'"
        ]
    } == lost(before, seen(label=TWO, topic=ONE))


@pytest.mark.parametrize(
    "other", [{"label": ONE, "other": TWO + 1}, {"label": ONE}, {"label": ONE, "topic": TWO, "third": ONE}]
)
def test_an_output_that_is_another_is_missing_or_has_appeared(other):
    before = seen(label=ONE, topic=TWO)

    assert "predictions" in lost(before, seen(**other))


def test_an_output_of_another_dtype_is_another():
    assert "predictions" in lost(seen(a=ONE, b=TWO), seen(a=ONE, c=TWO.astype("float32")))


def test_names_of_outputs_are_told_where_nobody_looked_at_structures():
    before, after = seen(label=ONE, topic=TWO), seen(label=ONE, renamed=TWO)
    unseen = Observation({"predictions": after.facts["predictions"]}, {"names": Hidden("ValueError: no", raised=True)})

    assert [
        "names: raises after the reload: ValueError: no",
        "names['topic']: 1 of 2 outputs came back under another name, the first 'topic' is now 'renamed'",
    ] == lost(before, unseen)["names"]


def called(**facts):
    return Observation({"signature": facts, "predictions": {"same": ONE}})


def test_a_call_that_raises_is_one_difference():
    answers = called(**{"shorter/a": ONE, "shorter/b": TWO, "padded/a": ONE})

    assert {"signature": ["signature['shorter']: 'raises TypeError', but should be 'answers'"]} == lost(
        answers, called(**{"shorter": "raises TypeError", "padded/a": ONE})
    )
    assert {"signature": ["signature['shorter']: 'answers', but should be 'raises TypeError'"]} == lost(
        called(shorter="raises TypeError"), called(**{"shorter/a": ONE})
    )
    assert {} == lost(called(shorter="raises TypeError"), called(shorter="raises InvalidArgumentError"))


def test_outputs_are_kept_where_their_names_are():
    findings = judge(Case(Recipe("recipe", "subject"), "dot_keras", "bare"), seen(a=ONE), seen(a=ONE))

    assert Kept() == findings["predictions"] == findings["signature"]
