"""Which clue explains which verdict; that the words of every cause can be filled in."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from harness.causes import CAUSES, explain
from harness.nouns import Case, Clue, Difference, FirstToDiffer, Kept, Lost, Recipe, Verdict

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


def stopped(failure):
    return replace(verdict(failure=failure), stage="save")


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
    (None, verdict(failure="ValueError: The model provided has never called.")),
]


@pytest.mark.parametrize(("cause", "judged"), BY_ITSELF)
def test_what_a_format_does_not_keep_shows_in_the_verdict_itself(cause, judged):
    assert ([cause] if cause else []) == [each.cause for each in explain(judged, [])]


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
