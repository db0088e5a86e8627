"""Training on: what the next steps do to a model. Changes it, so it comes last."""

from __future__ import annotations

from typing import Any

import numpy as np

from harness.fresh import dialects
from harness.fresh.aspects.sight import NotObservable, Sight, hidden
from harness.fresh.calls import noting
from harness.fresh.layers import layers_within
from harness.fresh.optimizers import in_place, optimizers_of, taking_up
from harness.fresh.seeds import seed_everything
from harness.fresh.variables import arrays, named
from harness.nouns import OPTIMIZER, RESUME, STEP, TRAINABLE
from harness.observation import Call, Observation
from harness.record.batches import Inputs, examples
from harness.record.tensors import same_bits

#: Batches that are trained on: steps, unless steps_per_execution makes one of several.
BATCHES = 2
#: Legacy dropout draws from the process, which no format can keep: both sides are seeded alike.
#: A generator that a layer owns is part of the model, and goes on from where it was.
SEED = 7


def train_on(model: Any, inputs: Inputs, seen: Observation) -> Observation:
    """Add to what was seen of a model what two more steps of training do, and whether what is frozen stays so.

    N steps, saved, reloaded and M more must equal N + M steps without a break: the
    trained process takes its M steps after saving, by this same function.
    """
    others = {place: each for place, each in optimizers_of(model).items() if place}
    with taking_up(others) as taken:
        try:
            resumed, frozen, calls = _steps(Sight(model, inputs))
        except Exception as error:  # whatever a model raises when it is trained on is what it shows
            return seen | Observation({}, {RESUME: hidden(error)})
    facts: dict[str, Any] = {RESUME: resumed}
    for aspect, more in ((TRAINABLE, frozen), (OPTIMIZER, taken)):
        if aspect in seen.facts:
            facts[aspect] = {**seen.facts[aspect], **more}
    return seen | Observation(facts, calls={RESUME: calls} if calls else {})


def _steps(sight: Sight) -> tuple[dict[str, Any], dict[str, Any], tuple[Call, ...]]:
    from tensorflow import keras

    model, dialect = sight.model, dialects.of_this_process()
    optimizers = optimizers_of(model)
    if not optimizers:
        raise NotObservable("the model is not compiled")
    generators = _generators(model)
    resumed: dict[str, Any] = {}
    of_the_first: list[int] = []  # how many layers had answered when the first step ended
    moved = {id(each) for each in model.trainable_weights}
    still = {name: each for name, each in named(model.weights).items() if id(each) not in moved}
    frozen = {name: value for name, value in arrays(still).items() if value.dtype != object}  # that is a vocabulary

    def note(batch: int, logs: dict[str, Any]) -> None:
        of_the_first.append(len(calls))
        resumed.update({f"step {batch + 1} {name}": np.float64(value) for name, value in logs.items()})
        for place, each in optimizers.items():
            rate = dialect.learning_rate_now(each)
            if rate is not None:
                resumed[f"step {batch + 1} {in_place(place, 'learning rate')}"] = rate

    seed_everything(SEED)
    dialect.restart_seeds(model)
    dialect.step_eagerly(model)
    x, y, sample_weight = sight.data
    with noting(model) as calls:
        model.fit(
            x,
            y,
            sample_weight=sample_weight,
            batch_size=-(-examples(x) // BATCHES),
            shuffle=False,
            verbose=0,
            callbacks=[keras.callbacks.LambdaCallback(on_batch_end=note)],
        )
    now = _generators(model)
    drawn = {f"generator/{path}": state for path, state in generators.items() if not _same(state, now.get(path))}
    after = arrays(named(model.weights))
    # A step may have made weights, or taken some away.
    stays = {name: _same(value, after[name]) for name, value in frozen.items() if name in after}
    resumed = {**drawn, **resumed, **{f"after/{name}": value for name, value in after.items()}}
    steps = {f"{STEP}{name}": "still" if still else "moves" for name, still in stays.items()}
    return resumed, steps, tuple(calls[: (of_the_first or [0])[0]])


def _generators(model: Any) -> dict[str, np.ndarray]:
    """The states of the random generators that layers own. One that no step draws from is no matter of training on."""
    states = {path: dialects.of_this_process().generator_state(layer) for path, layer in layers_within(model).items()}
    return {path: state for path, state in states.items() if state is not None}


def _same(one: np.ndarray, other: np.ndarray | None) -> bool:
    return other is not None and same_bits(one, other)
