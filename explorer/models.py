"""What is drawn: small Keras models as plain data.

Everything between two layers is three numbers wide, so that any layer can follow any other, be called twice,
or be nested.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Union

from explorer.catalogue import ANYWHERE, BY_KIND, DOUBLE, FOR_NUMBERS

NUMBERS = "numbers"  # float32 (batch, 3)
SERIES = "series"  # float32 (batch, steps, 3)
IDS = "ids"  # int32 (batch, steps), embedded


@dataclass(frozen=True)
class Layer:
    """One layer.

    Attributes:
        kind: Name of a class in `keras.layers`.
        arguments: What it is made with, besides its name: Python expressions.
        name: "" for the name that Keras gives.
        calls: How often it is called; a layer called twice is shared.
    """

    kind: str
    arguments: tuple[str, ...] = ()
    name: str = ""
    frozen: bool = False
    calls: int = 1


@dataclass(frozen=True)
class Nested:
    """A model inside the model."""

    layers: tuple[Layer, ...]
    functional: bool = False
    name: str = ""
    frozen: bool = False
    calls: int = 1


Step = Union[Layer, Nested]


@dataclass(frozen=True)
class Head:
    """One output: a Dense layer, and what is done with it.

    Attributes:
        task: One of `TASKS`; decides the labels.
        loss: A Python expression; from_logits in it takes the activation away.
        metric: Likewise; "" for none.
        name: "" for the name that Keras gives.
    """

    task: str
    loss: str
    metric: str = ""
    name: str = ""


@dataclass(frozen=True)
class Model:
    """A compiled model, and its data.

    Attributes:
        input: What the first input takes: `NUMBERS`, `SERIES` or `IDS`.
        open: Whether the steps of a series are left open.
        masked: Whether zeros among the ids are padding.
        second: Whether numbers come in through a second input.
        steps: What stands between the input and the heads.
        pool: The layer that makes numbers of a series.
        heads: One or two outputs.
        sequential: Whether it is a Sequential; only with one input and one output.
        by_name: Whether inputs, outputs, labels, losses and metrics are dicts; else lists, or bare if there is one.
        loss_weights: Whether compile() gets loss weights.
        weighted: Whether metrics are weighted metrics, and examples have weights.
        optimizer: A Python expression.
        policy: The global dtype policy.
        name: "" for the name that Keras gives.
    """

    input: str = NUMBERS
    open: bool = False
    masked: bool = False
    second: bool = False
    steps: tuple[Step, ...] = ()
    pool: str = "GlobalAveragePooling1D()"
    heads: tuple[Head, ...] = (Head("value", "'mse'"),)
    sequential: bool = False
    by_name: bool = False
    loss_weights: bool = False
    weighted: bool = False
    optimizer: str = "keras.optimizers.SGD(0.1)"
    policy: str = "float32"
    name: str = ""


def without_options(layer: Layer) -> Layer:
    """A layer with the arguments that it always has."""
    options = [each for known in BY_KIND for each in known.get(layer.kind, ((), ()))[1]]
    return replace(layer, arguments=tuple(each for each in layer.arguments if each not in (*options, DOUBLE)))


def fits_numbers(step: Step) -> bool:
    """Whether a step takes numbers; else it needs a series."""
    layers = step.layers if isinstance(step, Nested) else (step,)
    anywhere = {**ANYWHERE, **FOR_NUMBERS}
    return all(each.kind in anywhere and "shared_axes=[1]" not in each.arguments for each in layers)
