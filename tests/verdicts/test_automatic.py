"""Names that nobody wrote: another number is no loss, another name is; and so is a name that somebody wrote."""

from __future__ import annotations

import numpy as np
import pytest

from harness.nouns import Case, Recipe
from harness.observation import Hidden, Observation
from harness.verdict import Lost
from harness.verdicts.automatic import is_automatic
from harness.verdicts.judge import judge


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("dense", "Dense"),
        ("dense_12", "Dense"),
        ("global_average_pooling1d_1", "GlobalAveragePooling1D"),
        ("conv2d", "Conv2D"),
        ("auc_1", "AUC"),
        ("lstm", "LSTM"),
        ("model_1", "Functional"),
        ("functional_3", "Functional"),
        ("sequential", "Sequential"),
        ("input_layer_2", "InputLayer"),
    ],
)
def test_a_name_of_the_class_and_a_number_is_automatic(name, kind):
    assert is_automatic(name, kind)
    assert not is_automatic(f"my_{name}", kind)
    assert not is_automatic(f"{name}_head", kind)
    assert not is_automatic(name, "Other")


def test_an_operation_is_called_after_what_it_does():
    assert is_automatic("tf.math.add_1", "TFOpLambda")
    assert not is_automatic("sum", "TFOpLambda")


def layer(name, kind="Dense", after=None):
    """A layer of a functional model, which takes what another one gives."""
    return {"class_name": kind, "config": {"name": name}, "name": name, "inbound_nodes": [[[after, 0, 0, {}]]]}


def model(*names, inputs=("input_1",), made=(), kind="Dense", metric="auc", model="model"):
    """What is seen of a model of layers in a row; with Keras 3 its config has other names of inputs than it tells."""
    rows = [layer(name, kind, before) for name, before in zip(names, (*(made or inputs)[:1], *names))]
    first = [{"class_name": "InputLayer", "config": {"name": name}, "inbound_nodes": []} for name in made or inputs]
    config = {
        "name": model,
        "layers": [*first, *rows],
        "input_layers": [[name, 0, 0] for name in made or inputs],
        "output_layers": [[names[-1], 0, 0]],
    }
    places = dict(enumerate(names))
    return Observation(
        {
            "weights": {f"{name}/kernel:0": np.full(2, place) for place, name in places.items()},
            "config": {"config": config},
            "class": {"class": "Functional"},
            "names": {"layers": list(names), "inputs": list(inputs), "outputs": [names[-1]], "structure": "array"},
            "trainable": {"model": True, **{f"layer/{name}": place > 0 for place, name in places.items()}},
            "compile": {"metrics": [{"class": "AUC", "config": {"name": metric}}]},
            "optimizer": {f"m/{name}/kernel:0": np.full(2, place + 7) for place, name in places.items()},
            "evaluation": {"loss": np.ones(()), metric: np.ones(())},
            "signature": {f"input/{name}": ["float32", [None, 2]] for name in inputs},
            "resume": {f"step 1 {metric}": 0.5, **{f"after/{name}/kernel:0": np.ones(2) for name in names}},
        }
    )


def lost(expected, actual):
    """The aspects that are lost between two looks at a model."""
    findings = judge(Case(Recipe("recipe", "subject"), "whole_h5", "code"), expected, actual)
    return {aspect for aspect, finding in findings.items() if isinstance(finding, Lost)}


@pytest.mark.parametrize(
    "other",
    [
        pytest.param(model("dense_3", "dense_4"), id="other_numbers"),
        pytest.param(model("dense_1", "dense_2"), id="numbers_that_overlap"),
        pytest.param(model("dense", "dense_1", inputs=("input_7",)), id="input"),
        pytest.param(model("dense", "dense_1", inputs=("keras_tensor_3",), made=("input_1",)), id="input_tensor"),
        pytest.param(model("dense", "dense_1", metric="auc_2"), id="metric"),
        pytest.param(model("dense", "dense_1", model="model_4"), id="model"),
        pytest.param(model("dense_3", "dense_4", inputs=("input_2",), metric="auc_1", model="model_1"), id="all"),
    ],
)
def test_another_number_is_no_loss(other):
    assert set() == lost(model("dense", "dense_1"), other)


@pytest.mark.parametrize(
    ("before", "after", "aspects"),
    [
        pytest.param(model("hidden", "dense"), model("dense", "dense_1"), {"config", "names"}, id="written_and_lost"),
        pytest.param(model("dense", "dense_1"), model("hidden", "dense_1"), {"config", "names"}, id="written_anew"),
        pytest.param(model("block_1", "block_2"), model("block_3", "block_4"), {"config", "names"}, id="of_no_class"),
        pytest.param(
            model("dense", inputs=("tokens",)), model("dense", inputs=("input_1",)), {"names", "signature"}, id="input"
        ),
        pytest.param(
            model("dense", metric="roc"), model("dense", metric="auc"), {"compile", "evaluation"}, id="metric"
        ),
        pytest.param(model("dense", model="mine"), model("dense", model="model"), {"config"}, id="model"),
        pytest.param(model("dense", "dense_1"), model("dense_1", "dense"), {"config", "names"}, id="changed_places"),
        pytest.param(
            model("dense"), model("embedding", kind="Embedding"), {"config", "names"}, id="automatic_of_another_class"
        ),
    ],
)
def test_a_name_that_somebody_wrote_and_a_place_are_losses(before, after, aspects):
    assert aspects <= lost(before, after)


def test_what_is_otherwise_at_the_same_place_stays_a_loss():
    before, after = model("dense", "dense_1"), model("dense_1", "dense_2")
    after.facts["weights"]["dense_2/kernel:0"] += 1
    after.facts["trainable"]["layer/dense_1"] = True
    after.facts["optimizer"]["m/dense_1/kernel:0"] += 1

    assert {"weights", "trainable", "optimizer"} == lost(before, after)


def test_the_input_of_a_sequential_of_keras_2_goes_by_its_first_layer():
    assert set() == lost(model("dense", inputs=("dense_input",)), model("dense_4", inputs=("dense_4_input",)))
    assert "names" in lost(model("dense", inputs=("dense_input",)), model("dense", inputs=("my_input",)))


def test_the_inputs_of_a_signature_are_known_without_a_model():
    before = model("dense", inputs=("input_1", "input_2"))
    for other, aspects in {("input_3", "input_4"): set(), ("input_3", "tokens"): {"signature"}}.items():
        facts = {
            "signature": {f"input/{name}": ["float32", [None, 2]] for name in other},
            "weights": before.facts["weights"],
        }
        served = Observation(facts, {"names": Hidden("a serving load has no layers")})
        findings = judge(Case(Recipe("recipe", "subject"), "savedmodel", "serving"), before, served)

        assert aspects == {each for each in ("signature", "names") if isinstance(findings[each], Lost)}


def test_a_model_without_a_config_has_no_classes_to_go_by():
    def seen(name):
        whole = model(name)
        return Observation({aspect: whole.facts[aspect] for aspect in ("weights", "names")})

    assert {"names"} == lost(seen("dense"), seen("dense_1"))
