"""What small models have that is known to get lost, found on the live model; and that a careful one has nothing."""

from __future__ import annotations

import pytest
from places import PYTHONPATH

from harness.environment import FULL
from harness.messages import Job, Returned
from harness.processes.fleet import Fleet


@pytest.fixture(scope="module")
def found(tmp_path_factory, environment):
    if "tensorflow" not in environment.versions:
        pytest.skip("TensorFlow is not installed")
    folder = tmp_path_factory.mktemp("clues")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", PYTHONPATH)
        patch.chdir(folder)
        fleet = Fleet(environment.without_library(), folder)
        outcome = fleet.agent(FULL).run(Job("clues_found:clues_found", {}, 300, folder / "clues.log"))
        fleet.close()
    assert isinstance(outcome, Returned), outcome
    return outcome.value


def test_of_a_model_as_models_should_be_it_is_known_only_what_it_has_registered(found):
    registered = ["registered", "layer 'careful'", {"name": "Careful", "module": "toy_clues", "kind": "class"}]
    loss = ["registered", "the loss", {"name": "careful_loss", "module": "toy_clues", "kind": "function"}]

    assert [registered, loss] == found["careful"]


@pytest.mark.parametrize(
    ("name", "cause", "where", "facts"),
    [
        (
            "forgetful",
            "forgotten_argument",
            "layer 'forgetful'",
            {"argument": "scale", "value": "0.5", "default": "1.0"},
        ),
        ("demanding", "forgotten_required", "layer 'demanding'", {"argument": "width", "value": "7"}),
        ("bare", "no_config", "layer 'bare'", {"class": "Bare"}),
        ("metric", "forgotten_argument", "metric 'within'", {"argument": "within", "value": "0.5", "default": "0.1"}),
        ("counting", "changing_attribute", "layer 'counting'", {"attribute": "seen", "before": "0", "after": "3"}),
        ("stepping", "own_step", "the model", {"class": "Stepping", "method": "train_step"}),
        ("shadowing", "shadows", "layer 'mine'", {"name": "Dense", "shadowed": "keras.layers.Dense"}),
        ("loss", "unregistered", "the loss", {"name": "pull", "kind": "function"}),
        ("nameless", "lambda_function", "the loss", {"name": "<lambda>"}),
        ("lambda", "lambda_layer", "layer 'twice'", {}),
        ("adapted", "asset", "layer 'ids'", {"words": "3"}),
    ],
)
def test_what_is_known_to_get_lost_is_found(found, name, cause, where, facts):
    same = [each for each in found[name] if each[:2] == [cause, where]]

    assert same, found[name]
    assert [facts] == [{key: each[2][key] for key in facts} for each in same]


def test_a_file_of_words_is_outside_of_the_artifact_where_keras_does_not_put_it_in(found):
    (clue,) = found["words"]

    if clue[0] == "file_outside":
        assert {"class": "StringLookup", "argument": "vocabulary", "file": "words.txt"} == clue[2]
    else:  # Keras 3.12 and later
        assert ["asset", "layer 'ids'"] == clue[:2]


def test_nothing_else_is_found(found):
    causes = {name: {cause for cause, _, _ in clues} for name, clues in found.items()}

    # What has no place in Keras' registry is told of besides.
    expected = {
        "forgetful": {"forgotten_argument", "unregistered"},
        "demanding": {"forgotten_required", "unregistered"},
        "metric": {"forgotten_argument", "unregistered"},
        "stepping": {"own_step", "registered"},
        "counting": {"changing_attribute", "registered"},
        "adapted": {"asset"},
        "loss": {"unregistered"},
    }

    assert expected == {name: causes[name] for name in expected}
