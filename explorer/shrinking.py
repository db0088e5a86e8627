"""Shrink a model that fails, in few trips, since each takes seconds.

What is known of models makes large steps possible: most failures have one cause.
"""

from __future__ import annotations

from dataclasses import fields, replace
from typing import Callable, Iterator

from explorer.catalogue import TASKS
from explorer.models import (
    IDS,
    NUMBERS,
    SERIES,
    Head,
    Layer,
    Model,
    Nested,
    Step,
    fits_numbers,
    without_options,
)

_PLAIN = Model()
_DENSE = Layer("Dense", ("3",))

#: What belongs together: where the cause of a failure may be.
_CONCERNS = (
    ("input", "open", "masked", "steps", "pool"),
    ("heads", "by_name", "second", "loss_weights", "weighted"),
    ("optimizer",),
    ("policy",),
    ("sequential", "name"),
)


def smallest(model: Model, fails: Callable[[Model], bool]) -> Model:
    """Make a model plainer, for as long as it still fails.

    Args:
        model: What is known to fail.
        fails: Whether another model fails in the same way; asked once for each.
    """
    asked = {model}
    while True:
        for plainer in _plainer(model):
            if plainer not in asked:
                asked.add(plainer)
                if fails(plainer):
                    model = plainer
                    break
        else:
            return model


def _plainer(model: Model) -> Iterator[Model]:
    """Models that are a step plainer, the largest steps first."""
    for names in _CONCERNS:
        yield from _valid(replace(_PLAIN, **{name: getattr(model, name) for name in names}))
    for names in (*_CONCERNS, *((each.name,) for each in fields(Model))):
        yield from _valid(replace(model, **{name: getattr(_PLAIN, name) for name in names}))
    if model.input == IDS:
        yield from _valid(replace(model, input=SERIES))
    for steps in _plainer_steps(model.steps):
        yield from _valid(replace(model, steps=steps))
    for heads in _plainer_heads(model.heads):
        yield from _valid(replace(model, heads=heads))


def _valid(model: Model) -> Iterator[Model]:
    """The model, without what makes no sense any more; nothing, if it cannot be built."""
    bare = len(model.heads) == 1 and not model.second and all(each.calls == 1 for each in model.steps)
    numbers = model.input == NUMBERS
    if not numbers or all(map(fits_numbers, model.steps)):
        yield replace(
            model,
            open=model.open and not numbers,
            masked=model.masked and model.input == IDS,
            pool=_PLAIN.pool if numbers else model.pool,
            sequential=model.sequential and bare and not model.by_name,
            loss_weights=model.loss_weights and len(model.heads) > 1,
        )


def _plainer_steps(steps: tuple[Step, ...]) -> Iterator[tuple[Step, ...]]:
    if len(steps) > 1:
        yield from ((each,) for each in steps)
    for place, step in enumerate(steps):
        yield steps[:place] + steps[place + 1 :]
        for plainer in _plainer_step(step):
            yield (*steps[:place], plainer, *steps[place + 1 :])


def _plainer_step(step: Step) -> Iterator[Step]:
    if isinstance(step, Nested):
        yield from step.layers
        yield Nested(step.layers, functional=any(each.calls > 1 for each in step.layers))
        for layers in _plainer_steps(step.layers):
            if layers:
                yield replace(step, layers=layers)
        if step.functional and all(each.calls == 1 for each in step.layers):
            yield replace(step, functional=False)
    else:
        yield from (_DENSE, without_options(replace(step, name="", frozen=False, calls=1)), without_options(step))
    yield from (replace(step, name=""), replace(step, frozen=False))
    yield replace(step, calls=1)


def _plainer_heads(heads: tuple[Head, ...]) -> Iterator[tuple[Head, ...]]:
    if len(heads) > 1:
        yield from ((each,) for each in heads)
    for place, head in enumerate(heads):
        plain_loss = TASKS[head.task][0][0]
        for plainer in (*_PLAIN.heads, replace(head, metric=""), replace(head, loss=plain_loss)):
            yield (*heads[:place], plainer, *heads[place + 1 :])
