"""Which clue explains which verdict; that the words of every cause can be filled in."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from harness.causes import CAUSES, explain
from harness.nouns import Case, Recipe
from harness.observation import Clue
from harness.verdict import Difference, FirstToDiffer, Kept, Lost, Unseen, Verdict

POOL = Clue(
    "forgotten_argument", "layer 'pool'", dict(zip(("class", "argument", "value", "default"), ("Pool", "t", "2", "1")))
)
SIZED = Clue("forgotten_required", "layer 'pool'", {"class": "Pool", "argument": "size", "value": "2"})
BARE = Clue("no_config", "layer 'pool'", {"class": "Pool"})
CLOSE = Clue("forgotten_argument", "metric 'close'", {**POOL.facts, "class": "Close"})
UNKNOWN = Clue("unregistered", "layer 'pool'", {"name": "Pool", "module": "mine", "kind": "class"})
SHADOW = Clue("shadows", "layer 'pool'", {**UNKNOWN.facts, "name": "Dense", "shadowed": "keras.layers.Dense"})
NAMELESS = Clue("lambda_function", "the loss", {"name": "<lambda>", "module": "mine", "kind": "function"})
BYTES = Clue("lambda_layer", "layer 'twice'", {"class": "Lambda"})
STEP = Clue("own_step", "the model", {"class": "Gan", "method": "train_step"})
COUNTS = Clue(
    "changing_attribute", "layer 'seen'", dict(zip(("class", "attribute", "before", "after"), ("Seen", "n", "0", "3")))
)
HIDDEN = Clue("untracked", "layer 'seen'", {"class": "Seen", "attribute": "parts", "held": "2 variables in a list"})
POLICY = Clue("global_policy", "layer 'mix'", {"class": "Mix", "policy": "mixed_bfloat16"})
FILE = Clue("file_outside", "layer 'ids'", {"class": "StringLookup", "argument": "vocabulary", "file": "words.txt"})
WORDS = Clue("asset", "layer 'ids'", {"class": "StringLookup", "words": "3"})
KNOWN = Clue("registered", "layer 'pool'", UNKNOWN.facts)
BUILT = Clue("build_differs", "build()", {"difference": "config.layers[1]: 'b', but should be 'a'"})

OF_A_LIBRARY = Clue("of_a_library", "layer 'roberta'", {"name": "RobertaBackbone", "package": "keras_hub"})
INTEGERS = Clue("quantized", "layer 'head'", {"mode": "int8", "layers": "4"})
FACTORS = Clue("lora_merged", "layer 'head'", {"class": "Dense"})
RESHAPED = Clue("reshaped", "the model", {"difference": "layers[1].config.lora_rank was not there before, and is 2"})
NO_BACKBONE = "ValueError: Unknown layer: 'keras_hub>RobertaBackbone'. Please ensure you are using"
OTHER_WEIGHTS = "ValueError: Weight count mismatch for layer #0 (named a in the current model, a in the save file)"
OWN_LOSS = Clue("unregistered", "the loss", {"name": "pull", "module": "mine", "kind": "function"})
OWN_OPTIMIZER = Clue("unregistered", "the optimizer", {"name": "Lion2", "module": "mine", "kind": "class"})
NESTED = Clue("nested_thaws", "layer 'inner'", {"class": "Sequential"})
WRAPS = Clue("frozen_wrapper", "layer 'rnn'", {"class": "RNN"})
LEGACY = Clue("legacy_optimizer", "the optimizer", {"class": "SGD"})
NADAM = Clue("nadam", "the optimizer", {"class": "Nadam"})
EXCLUDED = Clue("excluded_from_decay", "the optimizer", {"class": "AdamW"})
STATEFUL = Clue("stateful", "layer 'rnn'", {"class": "LSTM"})


def verdict(*lost, loader="code", failure="", first="", format="dot_keras"):
    """A verdict that has lost some aspects, or did not load."""
    findings = {aspect: Lost((Difference(aspect, "config.layers[1]", "'b', but should be 'a'"),)) for aspect in lost}
    begins = FirstToDiffer(first, "Layer", 1, True, "off by 1.0e-04", 3) if first else None
    stage = "reload" if failure else ""
    case = Case(Recipe("model", "model"), format, loader)
    return Verdict(case, stage, failure, {"weights": Kept(), **findings} if not stage else {}, first=begins)


EXPLAINED = [
    (POOL, verdict("predictions", first="pool")),
    (POOL, verdict("predictions")),
    (SIZED, verdict(failure="TypeError: __init__() missing 1 required positional argument: 'size'")),
    (BARE, verdict(failure="NotImplementedError: Layer Pool ... must override `get_config()`")),
    (CLOSE, verdict("evaluation")),
    (UNKNOWN, verdict(loader="bare", failure="ValueError: Unknown layer: 'Pool'. Please ensure you are using")),
    (UNKNOWN, verdict(loader="bare", failure="TypeError: 'str' object is not callable")),
    (
        OWN_LOSS,
        verdict(loader="bare", failure="TypeError: string indices must be integers, not 'str'", format="whole_h5"),
    ),
    (OWN_OPTIMIZER, verdict(loader="bare", failure="ValueError: Could not interpret optimizer identifier: lion2")),
    (KNOWN, verdict(loader="bare", failure="ValueError: Unknown layer: 'mine>Pool'. Please ensure")),
    (KNOWN, verdict(loader="bare", failure="TypeError: 'str' object is not callable")),
    (SHADOW, verdict("predictions", loader="bare")),
    (NAMELESS, verdict("compile")),
    (BYTES, verdict(loader="bare", failure="ValueError: Requested the deserialization of a `Lambda` layer")),
    (STEP, verdict("class", "resume", loader="bare")),
    (COUNTS, verdict("predictions", first="seen", loader="rebuild")),
    (HIDDEN, verdict("predictions", first="seen", loader="rebuild")),
    (POLICY, verdict("precision")),
    (POLICY, verdict("predictions", first="mix")),
    (FILE, verdict(loader="bare", failure="ValueError: Vocabulary file words.txt does not exist.")),
    (WORDS, verdict("config", "predictions", loader="bare", format="whole_h5")),
    (OF_A_LIBRARY, verdict(loader="bare", failure=NO_BACKBONE, format="whole_h5")),
    (OF_A_LIBRARY, verdict(loader="bare", failure="TypeError: 'str' object is not callable")),
    (INTEGERS, verdict(loader="rebuild", failure=OTHER_WEIGHTS, format="whole_h5")),
    (
        INTEGERS,
        verdict(loader="rebuild", failure="ValueError: Layer 'x' expected 1 variables, but received 2 variables"),
    ),
    (FACTORS, verdict("weights", "resume", loader="bare")),
    (RESHAPED, verdict("weights", "optimizer", loader="rebuild")),
    (RESHAPED, verdict("config", loader="rebuild")),
    (RESHAPED, verdict(loader="rebuild", failure=OTHER_WEIGHTS)),
    (RESHAPED, verdict(loader="rebuild", failure="ValueError: Layer count mismatch when loading weights from file.")),
    (NESTED, verdict("trainable", loader="bare")),
    (WRAPS, verdict("trainable", "config", loader="bare", format="savedmodel")),
    (LEGACY, verdict("optimizer", "resume", loader="bare")),
    (NADAM, verdict("resume", loader="bare")),
    (EXCLUDED, verdict("resume")),
    (STATEFUL, verdict("predictions", first="rnn", loader="rebuild")),
]

NOT_EXPLAINED = [
    # Nothing is lost, or something else is; or another layer is the first to answer otherwise.
    *((clue, verdict()) for clue, _ in EXPLAINED),
    (POOL, verdict("optimizer")),
    (POOL, verdict("predictions", first="other")),
    (POOL, verdict("predictions", loader="rebuild")),
    (POOL, verdict(loader="bare", failure="ValueError: Unknown layer: 'Other'")),
    (SIZED, verdict(failure="ValueError: sizes do not fit")),
    (BARE, verdict(failure="ValueError: Unknown layer: 'Pool'")),
    (CLOSE, verdict("predictions")),
    (OWN_LOSS, verdict(loader="bare", failure="TypeError: string indices must be integers, not 'str'")),
    (
        replace(OWN_LOSS, where="metric 'pull'"),
        verdict(loader="bare", failure="TypeError: string indices must be integers"),
    ),
    (OWN_OPTIMIZER, verdict(loader="bare", failure="ValueError: Could not interpret optimizer identifier: lion")),
    (UNKNOWN, verdict(loader="code", failure="ValueError: Unknown layer: 'Pool'")),
    (UNKNOWN, verdict(loader="bare", failure="ValueError: Unknown layer: 'Pooling'")),
    (UNKNOWN, verdict(loader="bare", failure="TypeError: 'str' object is not callable", format="whole_h5")),
    (UNKNOWN, replace(verdict(loader="bare", failure="ValueError: Pool has never been called"), stage="save")),
    (KNOWN, verdict(loader="code", failure="ValueError: Unknown layer: 'mine>Pool'. Please ensure")),
    (SHADOW, verdict("predictions", loader="code")),
    (NAMELESS, verdict("optimizer")),
    (BYTES, verdict(loader="bare", failure="OSError: no such file")),
    (STEP, verdict("class")),
    (STEP, verdict("class", "resume", loader="code")),
    (COUNTS, verdict("predictions", first="other")),
    (HIDDEN, verdict("weights")),
    (POLICY, verdict("precision", loader="rebuild")),
    (FILE, verdict(loader="bare", failure="ValueError: Vocabulary file others.txt does not exist.")),
    (WORDS, verdict("config", "predictions", loader="bare")),
    (WORDS, verdict("optimizer", loader="bare", format="whole_h5")),
    (WORDS, verdict("predictions", loader="rebuild", format="whole_h5")),
    (OF_A_LIBRARY, verdict(loader="library", failure=NO_BACKBONE)),
    (OF_A_LIBRARY, verdict(loader="bare", failure="ValueError: Unknown layer: 'keras_hub>Other'")),
    (OF_A_LIBRARY, replace(verdict(loader="bare", failure=NO_BACKBONE), stage="save")),
    (FACTORS, verdict("weights", "predictions", loader="bare")),
    (RESHAPED, verdict("weights", "config", loader="bare")),
    (RESHAPED, verdict("optimizer", "resume", loader="rebuild")),
    (RESHAPED, verdict(loader="code", failure=OTHER_WEIGHTS)),
    (RESHAPED, verdict(loader="rebuild", failure="OSError: no such file")),
    (INTEGERS, verdict(loader="bare", failure=OTHER_WEIGHTS)),
    (INTEGERS, verdict(loader="rebuild", failure="OSError: no such file")),
    (INTEGERS, verdict("weights", loader="rebuild")),
    (NESTED, verdict("trainable", loader="rebuild")),
    (NESTED, verdict("resume")),
    (WRAPS, verdict("trainable", loader="bare")),
    (LEGACY, verdict("optimizer", loader="bare", format="whole_h5")),
    (LEGACY, verdict("resume", loader="bare")),
    (NADAM, verdict("optimizer", "resume", loader="bare", format="whole_h5")),
    (EXCLUDED, verdict("resume", loader="rebuild")),
    (STATEFUL, verdict("predictions", first="other")),
    (STATEFUL, verdict("optimizer")),
]


@pytest.mark.parametrize(("clue", "judged"), EXPLAINED)
def test_a_clue_explains_what_is_lost_by_it(clue, judged):
    assert (clue,) == explain(judged, [clue])


@pytest.mark.parametrize(("clue", "judged"), NOT_EXPLAINED)
def test_a_clue_explains_nothing_else(clue, judged):
    assert () == explain(judged, [clue])


def test_a_build_that_makes_another_model_shows_in_the_verdict_itself():
    assert [BUILT.cause] == [each.cause for each in explain(verdict("config", "predictions", loader="rebuild"), [])]
    assert () == explain(verdict("config", loader="code"), [])
    assert () == explain(verdict("optimizer", loader="rebuild"), [])


ANEW = Difference("optimizer", "iteration:0", "0, but should be 4 (off by 4, allowed 0)")
MOVED = Difference("optimizer", "iteration:0", "3, but should be 4 (off by 1, allowed 0)")


def losing(difference, format, loader):
    return replace(verdict("optimizer", loader=loader, format=format), findings={"optimizer": Lost((difference,))})


def raising(format):
    unseen = Unseen("ValueError: Unknown variable: <Variable path=dense/kernel>", raised=True, before=False)
    judged = verdict("resume", loader="bare", format=format)
    return replace(judged, findings={"resume": unseen}, promised=frozenset({"resume"}))


def uncompiled(why):
    said = Difference("compile", "", f"the loader said: UserWarning: `compile()` was not called as {why}")
    return replace(verdict("compile", loader="library"), findings={"compile": Lost((said,))})


def stopped(failure):
    return replace(verdict(failure=failure), stage="save")


def of(aspect, *names, loader="code", format="dot_keras"):
    """A verdict that has lost some facts of an aspect, by name."""
    lost = Lost(tuple(Difference(aspect, name, "missing after reload") for name in names))
    return replace(verdict(loader=loader, format=format), findings={aspect: lost})


def both(one, other):
    return replace(one, findings={**one.findings, **other.findings})


def late(size, keras, format="dot_keras", failure="timed out after 300 s"):
    return replace(verdict(failure=failure, format=format), size=size, versions={"keras": keras})


BY_ITSELF = [
    ("savedmodel_optimizer", losing(ANEW, "savedmodel", "bare")),
    ("savedmodel_optimizer", losing(ANEW, "traceless", "code")),
    ("weights_alone", losing(ANEW, "weights_h5", "rebuild")),
    ("weights_alone", losing(ANEW, "dot_keras", "rebuild")),
    (
        "h5_of_a_class",
        stopped("NotImplementedError: HDF5 format requires the model to be a Functional model or a Sequential model."),
    ),
    (
        "never_called",
        stopped("ValueError: Model Gan cannot be saved either because the input shape is not available or"),
    ),
    (
        "h5_of_words",
        stopped("NotImplementedError: weights that is not an instance of `tf.Variable` is not supported in h5"),
    ),
    (
        "h5_of_a_short_name",
        verdict(
            failure="ValueError: Could not deserialize 'keras.metrics.mse' because it is not a KerasSaveable subclass"
        ),
    ),
    ("h5_of_a_short_name", verdict(failure="TypeError: Could not locate function 'mae'. Make sure custom classes")),
    (None, verdict(failure="TypeError: Could not locate function 'mse_of_mine'. Make sure custom classes")),
    (None, verdict(failure="ValueError: Could not deserialize 'mine.mse' because it is not a KerasSaveable subclass")),
    ("never_called", stopped("ValueError: The model provided has never called. It must be called at least once")),
    *((None, losing(MOVED, format, loader)) for format, loader in (("savedmodel", "bare"), ("weights_h5", "rebuild"))),
    *((None, losing(ANEW, format, "rebuild")) for format in ("savedmodel", "checkpoint", "tf_weights")),
    (None, losing(ANEW, "dot_keras", "code")),
    (None, stopped("ValueError: disk full")),
    ("loss_of_transformers", verdict(failure="ValueError: Unknown loss function: 'dummy_loss'. Please ensure")),
    (None, verdict(failure="ValueError: Unknown loss function: 'my_dummy_loss'. Please ensure")),
    ("optimizers_in_a_list", stopped("AttributeError: 'ListWrapper' object has no attribute 'get_config'")),
    ("slow_archive", late(1 << 30, "3.3.3")),
    ("slow_archive", replace(late(1 << 30, ""), versions={"tf-keras": "2.21.0"})),
    (None, late(1 << 30, "3.4.1")),
    (None, late(1 << 20, "2.15.0")),
    (None, late(1 << 30, "2.15.0", "whole_h5")),
    (None, late(1 << 30, "2.15.0", failure="ValueError: no such file")),
    ("h5_without_slots", raising("whole_h5")),
    (None, raising("dot_keras")),
    ("own_compile", uncompiled("part of model loading because the model's `compile()` method is custom.")),
    (None, uncompiled("part of model loading because the model is not built yet.")),
    ("same_names", stopped("ValueError: Unable to synchronously create dataset (name already exists)")),
    ("created_late", verdict(failure="ValueError: Layer 'dense' expected 0 variables, but received 2 variables")),
    ("created_late", verdict(failure="ValueError: a subclassed Model which has not created its variables yet")),
    (None, verdict(failure="ValueError: Layer 'dense' expected 1 variables, but received 0 variables")),
    (
        "loss_scale_has_no_name",
        verdict(failure="AttributeError: 'LossScaleOptimizerV3' object has no attribute 'name'", loader="rebuild"),
    ),
    ("loss_scale_in_keras", of("precision", "loss scale counter")),
    ("loss_scale_in_h5", of("precision", "loss scale", format="whole_h5")),
    *((None, of("precision", *each)) for each in (("layer/dense",), ("layer/loss scale",))),
    (None, of("precision", "loss scale", format="savedmodel")),
    ("generator", of("resume", "generator/dropout", "step 1 loss")),
    ("generator", of("resume", "generator/dropout", loader="rebuild", format="checkpoint")),
    (None, of("resume", "step 1 loss")),
    # Of another model, everything is another.
    (None, both(of("resume", "generator/dropout"), of("weights", "dense/kernel"))),
    (None, of("compile", "loss")),
    (None, of("compile", "run_eagerly", loader="rebuild")),
    ("traced_before", of("predictions", "live/same", "live/one")),
    (None, of("predictions", "live/same", "same")),
    (None, verdict(failure="ValueError: The model provided has never called.")),
]


@pytest.mark.parametrize(("cause", "judged"), BY_ITSELF)
def test_what_a_format_does_not_keep_shows_in_the_verdict_itself(cause, judged):
    assert ([cause] if cause else []) == [each.cause for each in explain(judged, [])]


@pytest.mark.parametrize(("clue", "judged"), EXPLAINED)
def test_a_clue_of_another_harness_says_nothing(clue, judged):
    stranger = replace(clue, cause=f"{clue.cause}_of_tomorrow")
    assert stranger not in explain(judged, [stranger])
    for name in clue.facts:
        less = replace(clue, facts={fact: value for fact, value in clue.facts.items() if fact != name})
        words = CAUSES[clue.cause].says + CAUSES[clue.cause].instead
        assert f"{{{name}}}" not in words or less not in explain(judged, [less])


def test_what_says_more_is_told_alone():
    other = verdict("config", "predictions", loader="rebuild")
    late = verdict(loader="rebuild", failure="ValueError: Layer 'dense' expected 0 variables, but received 2 variables")

    assert (BUILT.cause,) == tuple(each.cause for each in explain(other, [INTEGERS]))
    assert (RESHAPED,) == explain(other, [RESHAPED])
    assert (RESHAPED,) == explain(late, [RESHAPED])
    assert (INTEGERS,) == explain(verdict(loader="rebuild", failure=OTHER_WEIGHTS), [RESHAPED, INTEGERS])


def test_of_many_names_some_are_told():
    (clue,) = explain(of("resume", *(f"generator/{number}" for number in range(5))), [])

    assert {"names": "generator/0, generator/1, 3 more"} == clue.facts


def test_what_several_formats_do_not_keep_is_told_once():
    told = {clue for format in ("savedmodel", "traceless") for clue in explain(losing(ANEW, format, "bare"), [])}

    assert 1 == len(told)


@pytest.mark.parametrize("clue", [*dict.fromkeys(clue for clue, _ in EXPLAINED), BUILT], ids=lambda clue: clue.cause)
def test_the_words_of_a_cause_are_filled_in(clue):
    cause = CAUSES[clue.cause]
    words = cause.words(clue) + cause.remedy(clue)

    assert not re.search(r"\{\w+\}", words)
    assert all(
        value in words for name, value in clue.facts.items() if name in ("argument", "attribute", "file", "policy")
    )


def test_every_cause_is_shown():
    assert set(CAUSES) == {clue.cause for clue, _ in EXPLAINED} | {BUILT.cause} | {id for id, _ in BY_ITSELF if id}


def test_ids_are_told_apart():
    assert len(CAUSES) == len({each.says for each in CAUSES.values()})
