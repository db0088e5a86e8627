"""Classes and functions of the author's: what their configs forget, and who cannot find them."""

from __future__ import annotations

from harness.causes.cause import Cause, begins_there, did_not_load, mentions, path_of
from harness.nouns import (
    BARE,
    CLASS,
    CODE,
    COMPILE,
    CONFIG,
    EVALUATION,
    LIBRARY,
    LOSSES,
    PREDICTIONS,
    REBUILD,
    RESUME,
    SAVE,
)
from harness.observation import Clue
from harness.verdict import Verdict

#: The loaders that make objects from configs.
_FROM_CONFIG = (BARE, LIBRARY, CODE)


def _forgotten(clue: Clue, verdict: Verdict) -> bool:
    if verdict.case.loader not in _FROM_CONFIG:
        return False
    if path_of(clue):
        return bool({PREDICTIONS, LOSSES} & set(verdict.lost)) and begins_there(clue, verdict)
    if clue.where == "the model":
        return PREDICTIONS in verdict.lost
    return bool({COMPILE, EVALUATION} & set(verdict.lost))


def _required(clue: Clue, verdict: Verdict) -> bool:
    return verdict.case.loader in _FROM_CONFIG and mentions(verdict, clue.facts["argument"])


#: What legacy Keras says of a .keras file with a class that it does not find, whichever it is; and what Keras 3 says of
#: HDF5 with a loss that is a function.
_NO_CLASS = "TypeError: 'str' object is not callable"
_NO_LOSS = "TypeError: string indices must be integers"


def _not_found(clue: Clue, verdict: Verdict) -> bool:
    return verdict.case.loader in (BARE, LIBRARY) and verdict.stage != SAVE and _names(clue, verdict)


def _names(clue: Clue, verdict: Verdict) -> bool:
    """Whether a verdict complains of the class or function of a clue."""
    format, is_class = verdict.case.format, clue.facts.get("kind", "class") == "class"
    if format == "dot_keras" and is_class and _NO_CLASS in verdict.failure:
        return True
    if format == "whole_h5" and not is_class and clue.where == "the loss" and _NO_LOSS in verdict.failure:
        return True
    # HDF5 of Keras 3 has the name of an optimizer in small letters.
    name = clue.facts["name"]
    return mentions(verdict, name) or (clue.where == "the optimizer" and mentions(verdict, name.lower()))


def _shadowed(clue: Clue, verdict: Verdict) -> bool:
    return verdict.case.loader in (BARE, LIBRARY) and bool({PREDICTIONS, CONFIG, COMPILE} & set(verdict.lost))


def _own_step(clue: Clue, verdict: Verdict) -> bool:
    alone = verdict.case.loader in (BARE, LIBRARY)
    return alone and CLASS in verdict.lost and bool({RESUME, EVALUATION, PREDICTIONS} & set(verdict.lost))


def _lambda(clue: Clue, verdict: Verdict) -> bool:
    return did_not_load(verdict) and verdict.case.loader != REBUILD and mentions(verdict, "Lambda")


CAUSES = (
    Cause(
        "forgotten_argument",
        "{class}.get_config lacks the constructor argument '{argument}' ({value} in {where}; by default {default})",
        'in {class}.get_config: add "{argument}": self.{argument}',
        explains=_forgotten,
    ),
    Cause(
        "forgotten_required",
        "{class}.get_config lacks the constructor argument '{argument}' ({value} in {where}), which has no default",
        'in {class}.get_config: add "{argument}": self.{argument}',
        explains=_required,
    ),
    Cause(
        "no_config",
        "{class} ({where}) has arguments in its constructor and no get_config that returns them",
        "in {class}: def get_config(self): return {{**super().get_config(), ...}} with every argument by name",
        explains=lambda clue, verdict: bool(verdict.stage) and mentions(verdict, "get_config"),
    ),
    Cause(
        "unregistered",
        "the {kind} {name} ({where}) is not registered: a process without the code does not find it",
        'load_model(..., custom_objects={{"{name}": {name}}}), or @keras.saving.register_keras_serializable() above it',
        explains=_not_found,
    ),
    Cause(
        "registered",
        "the {kind} {name} ({where}) is registered by its module, which a process without the code does not import",
        "import {module} before load_model",
        explains=_not_found,
    ),
    Cause(
        "of_a_library",
        "the class {name} ({where}) is of {package}, which a process that loads with Keras alone has not imported",
        "import {package} before load_model; where that is not enough, hand the class over: "
        'custom_objects={{"{name}": {name}}}',
        explains=lambda clue, verdict: verdict.case.loader == BARE and did_not_load(verdict) and _names(clue, verdict),
    ),
    Cause(
        "shadows",
        "the {kind} {name} of {where} has the name of {shadowed}, which is taken instead where the code is not known",
        "give it another name, or @keras.saving.register_keras_serializable() above it",
        explains=_shadowed,
    ),
    Cause(
        "lambda_function",
        "{where} is a lambda, which has no name by which another process could find it",
        "write it as a function with a name (def), and pass it in custom_objects",
        explains=lambda clue, verdict: mentions(verdict, "<lambda>") or COMPILE in verdict.lost,
    ),
    Cause(
        "lambda_layer",
        "{where} is a Lambda: its Python code is saved as bytes, which a loader may refuse, or another Python not read",
        "write a layer class with call() and register it; or load_model(..., safe_mode=False) for a file you trust",
        explains=_lambda,
    ),
    Cause(
        "own_step",
        "{class} has its own {method}, and came back as a class without",
        'load with the class: custom_objects={{"{class}": {class}}}; or build it by code, and load its weights',
        explains=_own_step,
    ),
)
