"""What is drawn: small Keras models as plain data, and the strategies that draw them.

Everything between two layers is three numbers wide, so that any layer can follow any other, be called twice,
or be nested. Wherever there is a choice, the plainest comes first: Hypothesis shrinks towards it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Union

from hypothesis import assume
from hypothesis import strategies as st

from cases.explore.catalogue import ANYWHERE, BY_KIND, DOUBLE, FOR_NUMBERS, FOR_SERIES, NAMES, OPTIMIZERS, POOLS, TASKS

#: Recurrent layers before the pool. Tracing and saving them takes long: a model with eight took two minutes.
MOST_LOOPS = 2

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


#: True seldom: most of what can be odd about a model is not.
_seldom = st.integers(0, 4).map(lambda number: number == 4)


@st.composite
def layers(draw: st.DrawFn, series: bool) -> Layer:
    """A layer that keeps the shape: (batch, 3), or (batch, steps, 3) of a series."""
    known = {**ANYWHERE, **(FOR_SERIES if series else FOR_NUMBERS)}
    kind = draw(st.sampled_from(tuple(known)))
    always, options = known[kind]
    dtype = DOUBLE if draw(_seldom) and draw(st.booleans()) else ""
    chosen = draw(st.lists(st.sampled_from(options), max_size=2, unique_by=_keyword)) if options else []
    return Layer(
        kind,
        (*always, *chosen, *([dtype] if dtype else [])),
        name=draw(st.sampled_from(NAMES)),
        frozen=draw(_seldom),
        calls=2 if draw(_seldom) else 1,
    )


def _keyword(argument: str) -> str:
    return argument.partition("=")[0]


def without_options(layer: Layer) -> Layer:
    """A layer with the arguments that it always has."""
    options = [each for known in BY_KIND for each in known.get(layer.kind, ((), ()))[1]]
    return replace(layer, arguments=tuple(each for each in layer.arguments if each not in (*options, DOUBLE)))


def fits_numbers(step: Step) -> bool:
    """Whether a step takes numbers; else it needs a series."""
    layers = step.layers if isinstance(step, Nested) else (step,)
    anywhere = {**ANYWHERE, **FOR_NUMBERS}
    return all(each.kind in anywhere and "shared_axes=[1]" not in each.arguments for each in layers)


@st.composite
def nested(draw: st.DrawFn, series: bool) -> Nested:
    inside = _named_apart(draw(st.lists(layers(series), min_size=1, max_size=2)))
    return Nested(
        inside,
        # A Sequential refuses a layer that it has already.
        functional=draw(st.booleans()) or any(each.calls > 1 for each in inside),
        name=draw(st.sampled_from(NAMES)),
        frozen=draw(_seldom),
        calls=2 if draw(_seldom) else 1,
    )


def _named_apart(steps: list[Step]) -> tuple[Step, ...]:
    """The first of those with one name keeps it."""
    seen: set[str] = set()
    apart = []
    for each in steps:
        apart.append(each if each.name not in seen else type(each)(**{**vars(each), "name": ""}))
        seen.add(each.name)
    return tuple(apart)


@st.composite
def heads(draw: st.DrawFn) -> Head:
    task = draw(st.sampled_from(tuple(TASKS)))
    losses, metrics = TASKS[task]
    return Head(task, draw(st.sampled_from(losses)), draw(st.sampled_from(("", *metrics))))


def _loops(step: Step, calls: int = 1) -> int:
    """How many recurrent layers are called in a step."""
    if isinstance(step, Nested):
        return sum(_loops(each, calls * step.calls) for each in step.layers)
    return {"LSTM": 1, "GRU": 1, "SimpleRNN": 1, "RNN": 1, "Bidirectional": 2}.get(step.kind, 0) * step.calls * calls


@st.composite
def models(draw: st.DrawFn) -> Model:
    """A model that Keras can build and train."""
    input = draw(st.sampled_from((NUMBERS, SERIES, IDS)))
    series = input != NUMBERS
    steps = draw(st.lists(st.one_of(layers(series), layers(series), nested(series)), max_size=3))
    assume(sum(map(_loops, steps)) <= MOST_LOOPS)
    outputs = draw(st.lists(heads(), min_size=1, max_size=2))
    second = draw(_seldom)
    plain = not second and len(outputs) == 1 and all(each.calls == 1 for each in steps)
    return Model(
        input=input,
        open=series and draw(st.booleans()),
        masked=input == IDS and draw(st.booleans()),
        second=second,
        steps=_named_apart(steps),
        pool=draw(st.sampled_from(POOLS)) if series else POOLS[0],
        heads=tuple(outputs),
        sequential=plain and draw(st.booleans()),
        by_name=not plain and draw(st.booleans()),
        loss_weights=len(outputs) > 1 and draw(st.booleans()),
        weighted=draw(_seldom),
        optimizer=draw(st.sampled_from(OPTIMIZERS)),
        policy=draw(st.sampled_from(("float32", "float32", "float32", "mixed_bfloat16", "mixed_float16"))),
        name=draw(st.sampled_from(("", "", "classifier"))),
    )
