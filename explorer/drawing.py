"""Draw models: the same ones from a seed in every process, on every machine."""

from __future__ import annotations

from random import Random
from typing import Callable, Sequence, TypeVar

from explorer.catalogue import ANYWHERE, DOUBLE, FOR_NUMBERS, FOR_SERIES, NAMES, OPTIMIZERS, POOLS, TASKS
from explorer.models import IDS, NUMBERS, SERIES, Head, Layer, Model, Nested, Step

#: How many models a seed is good for.
DRAWS = 200

#: Recurrent layers before the pool. Tracing and saving them takes long: a model with eight took two minutes.
MOST_LOOPS = 2

T = TypeVar("T")


class Draw:
    """Choices, from a seed. They rest on Random.random() alone, which promises the same in every Python."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed)

    def below(self, end: int) -> int:
        return int(self._random.random() * end)

    def one_of(self, choices: Sequence[T]) -> T:
        return choices[self.below(len(choices))]

    def either(self) -> bool:
        return self.below(2) == 1

    def seldom(self) -> bool:
        """One in five: most of what can be odd about a model is not."""
        return self.below(5) == 4

    def several(self, draw: Callable[[], T], least: int, most: int) -> list[T]:
        return [draw() for _ in range(least + self.below(most - least + 1))]


def drawn(seed: int) -> list[Model]:
    """The models of a seed, each once."""
    draw = Draw(seed)
    found: dict[Model, None] = {}
    while len(found) < DRAWS:
        found[_model(draw)] = None
    return list(found)


def _model(draw: Draw) -> Model:
    """A model that Keras can build and train."""
    input = draw.one_of((NUMBERS, SERIES, IDS))
    series = input != NUMBERS
    steps = _steps(draw, series)
    heads = draw.several(lambda: _head(draw), 1, 2)
    second = draw.seldom()
    plain = not second and len(heads) == 1 and all(each.calls == 1 for each in steps)
    return Model(
        input=input,
        open=series and draw.either(),
        masked=input == IDS and draw.either(),
        second=second,
        steps=steps,
        pool=draw.one_of(POOLS) if series else POOLS[0],
        heads=tuple(heads),
        sequential=plain and draw.either(),
        by_name=not plain and draw.either(),
        loss_weights=len(heads) > 1 and draw.either(),
        weighted=draw.seldom(),
        optimizer=draw.one_of(OPTIMIZERS),
        policy=draw.one_of(("float32", "float32", "float32", "mixed_bfloat16", "mixed_float16")),
        name=draw.one_of(("", "", "classifier")),
    )


def _steps(draw: Draw, series: bool) -> tuple[Step, ...]:
    while True:
        steps = draw.several(lambda: _nested(draw, series) if draw.below(3) == 2 else _layer(draw, series), 0, 3)
        if sum(map(_loops, steps)) <= MOST_LOOPS:
            return _named_apart(steps)


def _layer(draw: Draw, series: bool) -> Layer:
    """A layer that keeps the shape: (batch, 3), or (batch, steps, 3) of a series."""
    known = {**ANYWHERE, **(FOR_SERIES if series else FOR_NUMBERS)}
    kind = draw.one_of(tuple(known))
    always, options = known[kind]
    # Of each keyword one.
    chosen = {each.partition("=")[0]: each for each in draw.several(lambda: draw.one_of(options), 0, 2 * bool(options))}
    double = [DOUBLE] if draw.seldom() and draw.either() else []
    return Layer(
        kind,
        (*always, *chosen.values(), *double),
        name=draw.one_of(NAMES),
        frozen=draw.seldom(),
        calls=2 if draw.seldom() else 1,
    )


def _nested(draw: Draw, series: bool) -> Nested:
    inside = _named_apart(draw.several(lambda: _layer(draw, series), 1, 2))
    return Nested(
        inside,
        # A Sequential refuses a layer that it has already.
        functional=draw.either() or any(each.calls > 1 for each in inside),
        name=draw.one_of(NAMES),
        frozen=draw.seldom(),
        calls=2 if draw.seldom() else 1,
    )


def _named_apart(steps: Sequence[Step]) -> tuple[Step, ...]:
    """The first of those with one name keeps it."""
    seen: set[str] = set()
    apart = []
    for each in steps:
        apart.append(each if each.name not in seen else type(each)(**{**vars(each), "name": ""}))
        seen.add(each.name)
    return tuple(apart)


def _head(draw: Draw) -> Head:
    task = draw.one_of(tuple(TASKS))
    losses, metrics = TASKS[task]
    return Head(task, draw.one_of(losses), draw.one_of(("", *metrics)))


def _loops(step: Step, calls: int = 1) -> int:
    """How many recurrent layers are called in a step."""
    if isinstance(step, Nested):
        return sum(_loops(each, calls * step.calls) for each in step.layers)
    return {"LSTM": 1, "GRU": 1, "SimpleRNN": 1, "RNN": 1, "Bidirectional": 2}.get(step.kind, 0) * step.calls * calls
