"""What formats do not keep, whatever the model: recognised by the verdict alone."""

from __future__ import annotations

import re
from typing import Callable, Collection, Iterator

from harness.causes.cause import Cause
from harness.nouns import BARE, CODE, LIBRARY, OPTIMIZER, REBUILD, RELOAD, SAVE, Clue, Lost, Verdict

_REVIVING = (BARE, LIBRARY, CODE)
#: Of Keras 3.15, and of 3.10.
_SHORT_NAME = r"(deserialize 'keras\.metrics\.|locate function ')(mse|mae|mape|msle)'"
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


def _said(stage: str, words: str, id: str) -> Callable[[Verdict], Iterator[Clue]]:
    """Recognise a stage that stopped with these words."""

    def recognise(verdict: Verdict) -> Iterator[Clue]:
        if verdict.stage == stage and re.search(words, verdict.failure):
            yield Clue(id, "")

    return recognise


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
        recognise=_said(SAVE, "requires the model to be a Functional model or a Sequential model", "h5_of_a_class"),
    ),
    Cause(
        "h5_of_words",
        "HDF5 of legacy Keras has no place for words that a layer was adapted to, or read from a file",
        "save it as .keras or SavedModel; or hand the words over: StringLookup(vocabulary=[...])",
        recognise=_said(SAVE, "not an instance of `tf.Variable` is not supported in h5", "h5_of_words"),
    ),
    Cause(
        "h5_of_a_short_name",
        "HDF5 of Keras 3 writes the short name of a loss ('mse', 'mae', 'mape', 'msle'), and does not know it again",
        "compile(loss='mean_squared_error') in place of 'mse', and so on; or save it as .keras",
        link="docs/findings.md#keras-3-does-not-know-the-short-name-of-a-loss-that-it-wrote-to-h5",
        recognise=_said(RELOAD, _SHORT_NAME, "h5_of_a_short_name"),
    ),
    Cause(
        "never_called",
        "the model has no call(), or was never called: nobody knows what it takes",
        "give the class a call(), and call the model once before it is saved; or save its parts one by one",
        recognise=_said(SAVE, "the input shape is not available|has never called", "never_called"),
    ),
)
