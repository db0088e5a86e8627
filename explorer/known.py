"""What the explorer need not report again: what is broken upstream, and what follows from it.

Links that the suite has too are the suite's.

A line of a failure is known when an entry for that cell and aspect has a part of it, and is about such a model.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Callable, Iterator

from cases.known_failures.links import (
    FROZEN_INSIDE,
    LEGACY_OPTIMIZER,
    LOSS_SCALE_IN_H5,
    LOSS_SCALE_IN_KERAS,
    METRIC_NAMES_IN_KERAS,
    NADAM,
    NAMES_CHANGE,
    NESTED_POLICY,
    NESTED_THAWS,
    NO_NAME,
    ONE_DTYPE,
    OPTIMIZER_RESET,
    SAME_NAMES,
    SCALED_IN_H5,
)
from explorer.models import Layer, Model, Nested
from harness.nouns import (
    COMPILE,
    CONFIG,
    EVALUATION,
    NAMES,
    OPTIMIZER,
    PRECISION,
    RELOAD,
    RESUME,
    SAVE,
    SIGNATURE,
    TRAINABLE,
)
from harness.suite.known_failures import matches


def of_any(model: Model) -> bool:
    return True


def of_frozen_nesting(model: Model) -> bool:
    return any(isinstance(each, Nested) and each.frozen for each in model.steps)


def of_mixed_nesting(model: Model) -> bool:
    return model.policy != "float32" and any(isinstance(each, Nested) for each in model.steps)


def of_loss_scaling(model: Model) -> bool:
    return model.policy == "mixed_float16"


def of_legacy_optimizer(model: Model) -> bool:
    return ".legacy." in model.optimizer


def of_nadam(model: Model) -> bool:
    return "Nadam" in model.optimizer


def of_metrics_by_output(model: Model) -> bool:
    return (len(model.heads) > 1 or model.by_name) and any(each.metric for each in model.heads)


def of_frozen_wrapper(model: Model) -> bool:
    wrappers = ("RNN", "Bidirectional", "TimeDistributed")
    return any(each.frozen and getattr(each, "kind", "") in wrappers for each in _layers(model))


def of_repeated_names(model: Model) -> bool:
    names = [each.name for each in _layers(model) if each.name]
    return len(names) > len(set(names))


def _layers(model: Model) -> Iterator[Layer | Nested]:
    for step in model.steps:
        yield step
        yield from getattr(step, "layers", ())


@dataclass(frozen=True)
class Known:
    """One failure that is no news.

    Attributes:
        cells: Pattern of "format-loader", as in `harness.suite.known_failures`.
        about: An aspect, or the stage at which these cells stop.
        messages: Parts of lines.
        because: Link to the upstream issue, or to the entry in docs/findings.md.
        of: Which models have it.
    """

    cells: str
    about: str
    messages: tuple[str, ...]
    because: str
    of: Callable[[Model], bool] = of_any

    def explains(self, model: Model, cell: tuple[str, str], about: str, line: str) -> bool:
        """Whether a line of a failure is no more than this."""
        return (
            self.about == about
            and matches(self.cells, "-".join(cell))
            and any(message in line for message in self.messages)
            and self.of(model)
        )


KNOWN = (
    # SavedModel brings the optimizer back as new, so training goes on otherwise.
    Known(
        "savedmodel|traceless-bare",
        OPTIMIZER,
        ("optimizer['iteration:0']: 0,", "optimizer['iter:0']: 0,", "values differ", "learning rate now"),
        OPTIMIZER_RESET,
    ),
    Known("savedmodel|traceless-bare", RESUME, ("resume['",), OPTIMIZER_RESET),
    Known("savedmodel|traceless-bare", PRECISION, ("precision['loss scale",), OPTIMIZER_RESET),
    # .keras names weights anew.
    *(Known("dot_keras-bare", aspect, ("names changed",), NAMES_CHANGE) for aspect in (NAMES, OPTIMIZER)),
    # .keras: the name of the output is put before the name of a metric once more.
    *(
        Known("dot_keras-bare", aspect, messages, METRIC_NAMES_IN_KERAS, of_metrics_by_output)
        for aspect, messages in (
            (COMPILE, (".config.name']", "compile['metrics[", "compile['weighted metrics[")),
            (EVALUATION, ("names changed",)),
            (RESUME, ("missing after reload", "appeared after reload")),
        )
    ),
    # The state of a legacy optimizer is not in a .keras file.
    *(
        Known("dot_keras-bare", aspect, ("optimizer['", "resume['"), LEGACY_OPTIMIZER, of_legacy_optimizer)
        for aspect in (OPTIMIZER, RESUME)
    ),
    # A number that Nadam keeps to itself.
    Known("whole_h5|dot_keras-bare", RESUME, ("resume['",), NADAM, of_nadam),
    Known("tf_weights|checkpoint-rebuild", RESUME, ("ULP",), NADAM, of_nadam),
    # That a nested model is frozen is not in its config; of its layers it is.
    Known("whole_h5|dot_keras-bare", CONFIG, (".config.trainable']: True",), NESTED_THAWS, of_frozen_nesting),
    Known(
        "savedmodel|traceless|whole_h5|dot_keras-bare",
        TRAINABLE,
        ("trainable['layer/",),
        NESTED_THAWS,
        of_frozen_nesting,
    ),
    # The optimizer that scales the loss.
    Known("weights_h5-rebuild", RELOAD, ("'LossScaleOptimizerV3' object has no",), NO_NAME, of_loss_scaling),
    *(
        Known("dot_keras-bare", aspect, messages, LOSS_SCALE_IN_KERAS, of_loss_scaling)
        for aspect, messages in (
            (PRECISION, ("precision['loss scal",)),
            (OPTIMIZER, ("optimizer['",)),
            (RESUME, ("resume['",)),
        )
    ),
    *(
        Known("whole_h5-bare", aspect, messages, LOSS_SCALE_IN_H5, of_loss_scaling)
        for aspect, messages in (
            (OPTIMIZER, ("optimizer['", "freshly initialized optimizer")),
            (PRECISION, ("precision['loss scale",)),
            (RESUME, ("resume['",)),
        )
    ),
    Known(
        "whole_h5-bare",
        RELOAD,
        ("Unknown optimizer: 'Adafactor'", "Unknown optimizer: 'Lion'"),
        SCALED_IN_H5,
        of_loss_scaling,
    ),
    # The policy of a nested model is not in its config; those of its layers are.
    Known("whole_h5|dot_keras-bare", PRECISION, ("precision['layer/",), NESTED_POLICY, of_mixed_nesting),
    # A SavedModel's reader sets the flag of a frozen layer again, and with it those of the cell or layer inside.
    Known("savedmodel|traceless-bare", CONFIG, (".config.trainable']: False",), FROZEN_INSIDE, of_frozen_wrapper),
    Known("savedmodel|traceless-bare", TRAINABLE, ("trainable['layer/",), FROZEN_INSIDE, of_frozen_wrapper),
    # The optimizer's slots are named by the layers', which a nested model may use again.
    Known("whole_h5-bare", SAVE, ("name already exists",), SAME_NAMES, of_repeated_names),
    # A signature does not cast.
    Known("savedmodel|export-serving", SIGNATURE, ("signature['takes int64']: False",), ONE_DTYPE),
)
