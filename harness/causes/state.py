"""State that no format has: Python attributes, variables out of sight, settings of the process, files elsewhere."""

from __future__ import annotations

import re
from typing import Iterator

from harness.causes.cause import Cause, begins_there, did_not_load, mentions
from harness.nouns import CODE, CONFIG, NAMES, PRECISION, PREDICTIONS, REBUILD, TRAINABLE, WEIGHTS
from harness.observation import Clue
from harness.verdict import Lost, Verdict

#: Keras 3.15 of weights that a layer does not have: of HDF5, and of its own files.
_OTHERS = r"Weight count mismatch for layer|expected [1-9]\d* variables, but received \d+ variables"

#: The same of whole layers and of shapes, which files of weights do not fit that were written of another model.
_UNFIT = rf"{_OTHERS}|expected 0 variables|[Ll]ayer count mismatch|[Ss]hape mismatch|[Ss]hapes? .* (incompatible|match)"


def _differs_there(clue: Clue, verdict: Verdict) -> bool:
    return PREDICTIONS in verdict.lost and begins_there(clue, verdict)


def _file(clue: Clue, verdict: Verdict) -> bool:
    return did_not_load(verdict) and mentions(verdict, clue.facts["file"])


def _asset(clue: Clue, verdict: Verdict) -> bool:
    # Files of weights are for a model that build() makes, which has the words.
    from_config = verdict.case.format == "whole_h5" and verdict.case.loader != REBUILD
    return from_config and bool({CONFIG, PREDICTIONS} & set(verdict.lost))


def _policy(clue: Clue, verdict: Verdict) -> bool:
    if verdict.case.loader == REBUILD:  # build() sets it
        return False
    return PRECISION in verdict.lost or (PREDICTIONS in verdict.lost and begins_there(clue, verdict))


def _quantized(clue: Clue, verdict: Verdict) -> bool:
    return verdict.case.loader == REBUILD and did_not_load(verdict) and re.search(_OTHERS, verdict.failure) is not None


def _merged(clue: Clue, verdict: Verdict) -> bool:
    return WEIGHTS in verdict.lost and PREDICTIONS not in verdict.lost


def _another_model(clue: Clue, verdict: Verdict) -> bool:
    if verdict.case.loader == REBUILD:
        unfit = did_not_load(verdict) and re.search(_UNFIT, verdict.failure) is not None
        return unfit or bool({CONFIG, WEIGHTS, NAMES, TRAINABLE} & set(verdict.lost))
    missing = any(each.problem.startswith("missing") for each in verdict.about(WEIGHTS))
    return verdict.case.loader == CODE and missing


def _built_otherwise(verdict: Verdict) -> Iterator[Clue]:
    config = verdict.findings.get(CONFIG)
    if verdict.case.loader == REBUILD and isinstance(config, Lost):
        first = config.differences[0]
        yield Clue("build_differs", "build()", {"difference": f"{first.name}: {first.problem}"})


CAUSES = (
    Cause(
        "changing_attribute",
        "{class}.{attribute} of {where} changes while training ({before} before, {after} after) and is no variable",
        "keep it in a variable: self.{attribute} = self.add_weight(..., trainable=False); or return it from get_config",
        explains=_differs_there,
    ),
    Cause(
        "untracked",
        "{class}.{attribute} of {where} holds {held} that the model does not list, so that no format saves them",
        "keep layers and variables as attributes, or in one list or dict; make variables with add_weight",
        explains=_differs_there,
    ),
    Cause(
        "global_policy",
        "training set the dtype policy {policy} for its process, and {class} of {where} does not hand its dtype on",
        "hand **kwargs with dtype to super().__init__; or set the same policy before loading: "
        'keras.mixed_precision.set_global_policy("{policy}")',
        explains=_policy,
    ),
    Cause(
        "file_outside",
        "{where} names the file {file}, which is not in the artifact",
        "hand the words themselves over ({argument}=[...]) or adapt() the layer: then they are saved with the model",
        explains=_file,
    ),
    Cause(
        "asset",
        "the {words} words of {class} ({where}) are a file in a .keras archive; .h5 has no files: it came back empty",
        "save as .keras; or hand the words over when the layer is made: {class}(vocabulary=[...])",
        link="docs/findings.md#h5-of-keras-3-forgets-adapted-vocabularies",
        explains=_asset,
    ),
    Cause(
        "quantized",
        "quantize() made integers ({mode}) of the weights of {layers} layers, {where} the first; build() makes floats",
        "load the whole model, as .keras; or quantize what build() makes before its weights are loaded",
        explains=_quantized,
        supersedes=frozenset({"reshaped", "created_late"}),
    ),
    Cause(
        "lora_merged",
        "{class} ({where}) has LoRA enabled: its kernel is written with the low-rank part added, and that begins anew",
        "nothing, where the model is to answer; where LoRA goes on, keep the factors too: layer.lora_kernel_a, _b",
        explains=_merged,
    ),
    Cause(
        "reshaped",
        "training has made another model than build() returns: {difference}",
        "do that in build(), so that what is built again is the same; or load the whole model, not its weights alone",
        explains=_another_model,
        supersedes=frozenset({"build_differs", "created_late"}),
    ),
    Cause(
        "build_differs",
        "build() makes another model in another process (by the order of a set, a file, a variable): {difference}",
        "let nothing but its arguments decide what build() makes: sorted(...) around sets",
        recognise=_built_otherwise,
    ),
)
