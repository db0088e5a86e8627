"""What formats do not keep, whatever the model: recognised by the verdict alone."""

from __future__ import annotations

from typing import Callable, Collection, Iterator

from packaging.version import Version

from harness.causes.cause import Cause, said
from harness.nouns import BARE, CODE, COMPILE, LIBRARY, OPTIMIZER, REBUILD, RELOAD, RESUME, SAVE
from harness.observation import Clue
from harness.verdict import Lost, Verdict

_REVIVING = (BARE, LIBRARY, CODE)
#: Of Keras 3.15, and of 3.10.
_SHORT_NAME = r"(deserialize 'keras\.metrics\.|locate function ')(mse|mae|mape|msle)'"
#: Bytes of a .keras archive that takes minutes: one of 100 MB took 25 s.
_LARGE = 256 << 20
_CHECKPOINT = "tf.train.Checkpoint(model=model, optimizer=model.optimizer).write(...), read into what build() makes"


def _starts_anew(formats: Collection[str], loaders: Collection[str], id: str) -> Callable[[Verdict], Iterator[Clue]]:
    """Recognise an optimizer that has taken no step yet, where one of these formats is read by one of these loaders."""

    def recognise(verdict: Verdict) -> Iterator[Clue]:
        if verdict.case.format in formats and verdict.case.loader in loaders and _took_no_step(verdict):
            yield Clue(id, "")

    return recognise


def _took_no_step(verdict: Verdict) -> bool:
    finding = verdict.findings.get(OPTIMIZER)
    differences = finding.differences if isinstance(finding, Lost) else ()
    return any(each.name.startswith("iteration") and each.problem[:2] == "0," for each in differences)


def _left_uncompiled(verdict: Verdict) -> Iterator[Clue]:
    """Recognise what Keras 3 says of a class that compiles by its own code."""
    if any("`compile()` method is custom" in each.problem for each in verdict.about(COMPILE)):
        yield Clue("own_compile", "")


def _knows_no_weights(verdict: Verdict) -> Iterator[Clue]:
    """Recognise an optimizer of Keras 3 that was built for no weight."""
    raises = any("Unknown variable: <" in each.problem for each in verdict.about(RESUME))
    if raises and verdict.case.format == "whole_h5":
        yield Clue("h5_without_slots", "")


def _reads_from_the_beginning(verdict: Verdict) -> Iterator[Clue]:
    """Recognise a large archive that a Keras before 3.4 has not read in time."""
    timed_out = verdict.stage == RELOAD and verdict.failure.startswith("timed out")
    if timed_out and verdict.case.format == "dot_keras" and verdict.size >= _LARGE:
        keras = verdict.versions.get("tf-keras") or verdict.versions.get("keras", "2")
        if Version(keras) < Version("3.4"):
            yield Clue("slow_archive", "")


CAUSES = (
    Cause(
        "savedmodel_optimizer",
        "load_model of a SavedModel does not bring the optimizer's state back, which is in the files: it starts anew",
        "model = build(); model.load_weights('model/variables/variables'); or " + _CHECKPOINT,
        link="https://github.com/tensorflow/tensorflow/issues/44670",
        recognise=_starts_anew(("savedmodel", "traceless"), _REVIVING, "savedmodel_optimizer"),
    ),
    Cause(
        "weights_alone",
        "load_weights reads weights alone into what build() makes: its optimizer starts anew",
        "where training goes on: " + _CHECKPOINT,
        recognise=_starts_anew(("whole_h5", "dot_keras", "weights_h5", "shards"), (REBUILD,), "weights_alone"),
    ),
    Cause(
        "h5_of_a_class",
        "HDF5 of legacy Keras takes Functional and Sequential models, and no class of one's own",
        "model.save_weights('model.weights.h5'), read into what build() makes; or save it as SavedModel",
        link="https://github.com/tensorflow/tensorflow/issues/34900",
        recognise=said(SAVE, "requires the model to be a Functional model or a Sequential model", "h5_of_a_class"),
    ),
    Cause(
        "h5_of_words",
        "HDF5 of legacy Keras has no place for words that a layer was adapted to, or read from a file",
        "save it as .keras or SavedModel; or hand the words over: StringLookup(vocabulary=[...])",
        recognise=said(SAVE, "not an instance of `tf.Variable` is not supported in h5", "h5_of_words"),
    ),
    Cause(
        "h5_of_a_short_name",
        "HDF5 of Keras 3 writes the short name of a loss ('mse', 'mae', 'mape', 'msle'), and does not know it again",
        "compile(loss='mean_squared_error') in place of 'mse', and so on; or save it as .keras",
        link="docs/findings.md#keras-3-does-not-know-the-short-name-of-a-loss-that-it-wrote-to-h5",
        recognise=said(RELOAD, _SHORT_NAME, "h5_of_a_short_name", "the loss"),
    ),
    Cause(
        "h5_without_slots",
        "Keras 3 builds the optimizer of an .h5 file for no weight: its slots are not there, and training on raises",
        "save it as .keras; or compile what is loaded again, with a new optimizer",
        link="docs/findings.md#keras-3-loads-an-h5-file-with-an-optimizer-that-knows-no-weights",
        recognise=_knows_no_weights,
    ),
    Cause(
        "slow_archive",
        "Keras before 3.4 reads a .keras archive from its beginning at each step back: a large one takes many minutes",
        "save it as .h5, or model.save_weights('model.weights.h5'), read into what build() makes",
        link="docs/findings.md#legacy-keras-is-slow-to-read-a-keras-file-of-a-model-with-many-layers",
        recognise=_reads_from_the_beginning,
    ),
    Cause(
        "loss_of_transformers",
        "the model is compiled without a loss: transformers puts its dummy_loss there, which it registers nowhere",
        'load_model(..., custom_objects={{"dummy_loss": transformers.modeling_tf_utils.dummy_loss}}), or compile=False',
        link="docs/findings.md#what-a-process-without-the-code-says",
        recognise=said(RELOAD, r"\bdummy_loss\b", "loss_of_transformers", "the loss"),
    ),
    Cause(
        "optimizers_in_a_list",
        "the model is compiled with several optimizers in a list, which has no config that these formats could write",
        "save its weights: model.save_weights('weights'), or " + _CHECKPOINT,
        link="https://github.com/tensorflow/tensorflow/issues/45846",
        recognise=said(SAVE, "'ListWrapper' object has no attribute 'get_config'", "optimizers_in_a_list"),
    ),
    Cause(
        "own_compile",
        "the model's class has a compile() of its own, which Keras 3 does not call on loading: what is loaded is "
        "compiled as its __init__() does it, or not at all, and its optimizer starts anew",
        "give the class get_compile_config() and compile_from_config(); of a class that is not yours, compile what is "
        "loaded again; where training goes on: " + _CHECKPOINT,
        recognise=_left_uncompiled,
    ),
    Cause(
        "never_called",
        "the model has no call(), or was never called: nobody knows what it takes",
        "give the class a call(), and call the model once before it is saved; or save its parts one by one",
        recognise=said(SAVE, "the input shape is not available|has never called", "never_called"),
    ),
)
