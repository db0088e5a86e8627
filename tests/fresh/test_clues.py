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
        ("frozen_inside", "nested_thaws", "layer 'inner'", {"class": "Sequential"}),
        ("frozen_around", "frozen_wrapper", "layer 'rnn'", {"class": "RNN"}),
        ("stateful", "stateful", "layer 'rnn'", {"class": "RNN"}),
        ("nadam", "nadam", "the optimizer", {"class": "Nadam"}),
    ],
)
def test_what_is_known_to_get_lost_is_found(found, name, cause, where, facts):
    same = [each for each in found[name] if each[:2] == [cause, where]]

    assert same, found[name]
    assert [facts] == [{key: each[2][key] for key in facts} for each in same]


def test_what_changes_in_python_is_found_whatever_it_is_made_of(found):
    facts = [each[2] for each in found["recalling"] if each[0] == "changing_attribute"]
    changed = {each["attribute"]: (each["before"], each["after"]) for each in facts}

    assert ("[]", "[0.5]") == changed.pop("history")
    assert {"drawn", "shares"} == set(changed)
    assert all(before != after for before, after in changed.values())


def test_a_class_of_a_package_that_keras_does_not_import_is_found_once(found):
    of_a_library = [each for each in found["of_a_library"] if each[0] == "of_a_library"]

    assert [["of_a_library", "layer 'pooler'", {"name": "Pooler", "package": "keras_hub"}]] == of_a_library


def test_layers_that_were_quantized_are_found_where_keras_can(found, environment):
    if environment.keras == "2":
        assert not {"quantized", "lora"} & set(found)
    else:
        facts = {"mode": "int8", "layers": "1"}
        assert ["quantized", "layer 'head'", facts] in found["quantized"]
        assert ["lora_merged", "layer 'head'", {"class": "Dense"}] in found["lora"]


def test_that_training_has_made_another_model_is_found(found):
    told = {
        name: facts["difference"]
        for name, clues in found.items()
        for cause, _, facts in clues
        if cause == "reshaped" and name not in ("quantized", "lora")
    }

    assert {"thawed", "grown"} == set(told)
    assert told["thawed"].endswith("config.trainable was True before, and is False")
    assert told["grown"].endswith(" and 1 more were not there before")


def test_a_file_of_words_is_outside_of_the_artifact_where_keras_does_not_put_it_in(found):
    (clue,) = found["words"]

    if clue[0] == "file_outside":
        assert {"class": "StringLookup", "argument": "vocabulary", "file": "words.txt"} == clue[2]
    else:  # Keras 3.12 and later
        assert ["asset", "layer 'ids'"] == clue[:2]


def test_what_an_optimizer_keeps_to_itself_is_found_where_there_is_such_a_one(found):
    excluding = {cause for cause, _, _ in found["excluding"]}

    assert excluding <= {"excluded_from_decay"}
    if "legacy" in found:
        assert [["legacy_optimizer", "the optimizer", {"class": "SGD"}]] == found["legacy"]
        assert {"excluded_from_decay"} == excluding


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
        "frozen_inside": {"nested_thaws"},
        "frozen_around": {"frozen_wrapper"},
        "stateful": {"stateful"},
        "nadam": {"nadam"},
        "in_sequence": set(),
        "of_a_library": {"of_a_library"},
    }

    assert expected == {name: causes[name] for name in expected}
