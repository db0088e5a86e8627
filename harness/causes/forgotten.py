"""What Keras forgets of a model that is made of its own parts: flags, optimizers, states."""

from __future__ import annotations

import re
from typing import Callable, Iterator

from harness.causes.cause import Cause, begins_there, said
from harness.nouns import (
    BARE,
    CODE,
    CONFIG,
    EVALUATION,
    LIBRARY,
    LIVE,
    OPTIMIZER,
    PRECISION,
    PREDICTIONS,
    RELOAD,
    RESUME,
    SAVE,
    TRAINABLE,
    WEIGHTS,
)
from harness.observation import Clue
from harness.verdict import Verdict

_REVIVING = (BARE, LIBRARY, CODE)
#: Names that are told of many.
_SHOWN = 2


def _nested(clue: Clue, verdict: Verdict) -> bool:
    return verdict.case.loader in _REVIVING and bool({TRAINABLE, CONFIG} & set(verdict.lost))


def _wrapper(clue: Clue, verdict: Verdict) -> bool:
    return verdict.case.format in ("savedmodel", "traceless") and _nested(clue, verdict)


def _legacy(clue: Clue, verdict: Verdict) -> bool:
    return verdict.case.format == "dot_keras" and verdict.case.loader in _REVIVING and OPTIMIZER in verdict.lost


def _excluded(clue: Clue, verdict: Verdict) -> bool:
    return verdict.case.loader in _REVIVING and RESUME in verdict.lost


def _nadam(clue: Clue, verdict: Verdict) -> bool:
    return RESUME in verdict.lost and not {OPTIMIZER, PREDICTIONS} & set(verdict.lost)


def _stateful(clue: Clue, verdict: Verdict) -> bool:
    return bool({PREDICTIONS, EVALUATION, RESUME} & set(verdict.lost)) and begins_there(clue, verdict)


def _lost(aspect: str, names: str, id: str, format: str) -> Callable[[Verdict], Iterator[Clue]]:
    """Recognise an aspect that has lost facts of these names in a format."""

    def recognise(verdict: Verdict) -> Iterator[Clue]:
        if verdict.case.format == format and verdict.case.loader in _REVIVING:
            yield from _of_names(aspect, names, id, verdict)

    return recognise


def _of_names(aspect: str, names: str, id: str, verdict: Verdict) -> Iterator[Clue]:
    found = list(dict.fromkeys(each.name for each in verdict.about(aspect) if re.match(names, each.name)))
    if found:
        more = [f"{len(found) - _SHOWN} more"] if len(found) > _SHOWN else []
        yield Clue(id, "", {"names": ", ".join([*found[:_SHOWN], *more])})


def _traced(verdict: Verdict) -> Iterator[Clue]:
    """What is off is only what the trained model answered by its old graphs."""
    lost = verdict.about(PREDICTIONS)
    if lost and all(each.name.startswith(LIVE) for each in lost):
        yield Clue("traced_before", "")


def _drawn_anew(verdict: Verdict) -> Iterator[Clue]:
    """A generator that begins anew in a model that is otherwise the one that was saved."""
    if not {WEIGHTS, CONFIG, PREDICTIONS} & set(verdict.lost):
        yield from _of_names(RESUME, "generator/", "generator", verdict)


CAUSES = (
    Cause(
        "nested_thaws",
        "{class} ({where}) is a model in a model and frozen as a whole, which no config says: it comes back trainable",
        "freeze its layers one by one, whose flags are kept; or set its trainable = False again after loading",
        link="https://github.com/keras-team/keras/issues/9589",
        explains=_nested,
    ),
    Cause(
        "frozen_wrapper",
        "{class} ({where}) is frozen and what it wraps is not: a SavedModel freezes that too when it is loaded",
        "set trainable = False of what it wraps as well, so that both come back as they were",
        link="docs/findings.md#savedmodel-freezes-what-a-frozen-layer-wraps",
        explains=_wrapper,
    ),
    Cause(
        "legacy_optimizer",
        "{class} is an optimizer of keras.optimizers.legacy, whose state .keras does not write: it starts anew",
        "take keras.optimizers.{class} in its place; or save as .h5",
        link="docs/findings.md#keras-loses-the-state-of-a-legacy-optimizer",
        explains=_legacy,
    ),
    Cause(
        "excluded_from_decay",
        "what {class}.exclude_from_weight_decay was told is in no config: after loading, everything decays",
        "tell it again after loading: optimizer.exclude_from_weight_decay(...); or build by code, and load weights",
        explains=_excluded,
    ),
    Cause(
        "nadam",
        "{class} keeps the product of its momenta to itself: it begins with 1 again, and trains on otherwise",
        "take Adam or AdamW where training goes on after loading",
        link="docs/findings.md#nadam-forgets-how-far-its-momentum-has-come",
        explains=_nadam,
    ),
    Cause(
        "stateful",
        "{class} ({where}) is stateful: how far its sequences had come is no weight, and begins anew after loading",
        "reset its states before saving, so that nothing is lost; or keep them by code, and set them after loading",
        explains=_stateful,
    ),
    Cause(
        "traced_before",
        "the trained model answers by graphs that were traced before a Python attribute was changed; no reload does",
        "compile() again after the change, before the model is saved; or keep what changes in a variable",
        recognise=_traced,
    ),
    Cause(
        "loss_scale_in_keras",
        "a .keras file does not bring back how the loss is scaled ({names})",
        "hand the LossScaleOptimizer to compile() yourself, and load under the policy that it was trained under",
        link="docs/findings.md#keras-loses-the-loss-scale-optimizer",
        recognise=_lost(PRECISION, "loss scale", "loss_scale_in_keras", "dot_keras"),
    ),
    Cause(
        "loss_scale_in_h5",
        "HDF5 brings the optimizer that scales the loss back without its state ({names})",
        "save as SavedModel weights or as a checkpoint, read into what build() makes",
        link="docs/findings.md#whole-model-h5-loses-the-state-of-the-loss-scale-optimizer",
        recognise=_lost(PRECISION, "loss scale", "loss_scale_in_h5", "whole_h5"),
    ),
    Cause(
        "loss_scale_has_no_name",
        "load_weights of weights.h5 asks the optimizer that scales the loss for a name, which it has not",
        "load the weights before compile()",
        link="docs/findings.md#weightsh5-does-not-load-under-mixed_float16",
        recognise=said(RELOAD, "'LossScaleOptimizerV3' object has no attribute 'name'", "loss_scale_has_no_name"),
    ),
    Cause(
        "generator",
        "a random generator of a layer begins anew: its state was not brought back ({names})",
        "set a seed after loading where training must go on to the bit",
        link="https://github.com/keras-team/keras/issues/19796",
        recognise=_drawn_anew,
    ),
    Cause(
        "same_names",
        "two weights, or two layers in different models, have one name, of which HDF5 takes one",
        "give the layers names of their own; or save as .keras or SavedModel",
        link="docs/findings.md#h5-refuses-two-weights-of-one-name",
        recognise=said(SAVE, "name already exists", "same_names"),
    ),
    Cause(
        "created_late",
        "the weights are made when the model is first called, and were to be read before that",
        "make them in build(), and call the model once before load_weights: model(x)",
        link="https://github.com/keras-team/keras/issues/19039",
        recognise=said(RELOAD, "expected 0 variables, but received|has not created its variables yet", "created_late"),
    ),
)
