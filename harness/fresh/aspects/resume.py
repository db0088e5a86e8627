"""Training on: what the next steps do to a model. Changes it, so it comes last."""

from __future__ import annotations

from typing import Any

import numpy as np

from harness.fresh import dialects
from harness.fresh.aspects.sight import Sight, hidden
from harness.fresh.aspects.state import arrays
from harness.fresh.layers import layers_within
from harness.fresh.seeds import seed_everything
from harness.fresh.variables import named
from harness.nouns import RESUME, STEP, TRAINABLE, Observation
from harness.record.batches import Inputs, examples

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
    try:
        resumed, frozen = _steps(Sight(model, inputs))
    except Exception as error:  # whatever a model raises when it is trained on is what it shows
        return seen | Observation({}, {RESUME: hidden(error)})
    facts: dict[str, Any] = {RESUME: resumed}
    if TRAINABLE in seen.facts:
        facts[TRAINABLE] = {**seen.facts[TRAINABLE], **frozen}
    return seen | Observation(facts)


def _steps(sight: Sight) -> tuple[dict[str, Any], dict[str, Any]]:
    from tensorflow import keras

    sight.require_compiled()
    model, dialect = sight.model, dialects.of_this_process()
    resumed: dict[str, Any] = {
        f"generator/{path}": state
        for path, layer in layers_within(model).items()
        if (state := dialect.generator_state(layer)) is not None
    }
    before = arrays(named(model.weights))
    moved = {id(each) for each in model.trainable_weights}
    frozen = [name for name, each in named(model.weights).items() if id(each) not in moved]

    def note(batch: int, logs: dict[str, Any]) -> None:
        resumed.update({f"step {batch + 1} {name}": np.float64(value) for name, value in logs.items()})
        resumed[f"step {batch + 1} learning rate"] = dialect.learning_rate_now(model.optimizer)

    seed_everything(SEED)
    dialect.restart_seeds(model)
    dialect.step_eagerly(model)
    x, y, sample_weight = sight.data
    model.fit(
        x,
        y,
        sample_weight=sample_weight,
        batch_size=-(-examples(x) // BATCHES),
        shuffle=False,
        verbose=0,
        callbacks=[keras.callbacks.LambdaCallback(on_batch_end=note)],
    )
    after = arrays(named(model.weights))
    resumed.update({f"after/{name}": value for name, value in after.items()})
    stays = {name: before[name].tobytes() == after[name].tobytes() for name in frozen if before[name].dtype != object}
    return resumed, {f"{STEP}{name}": "still" if still else "moves" for name, still in stays.items()}
