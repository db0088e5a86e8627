"""What training has made: weights, and the optimizers."""

from __future__ import annotations

from typing import Any, Sequence

from harness.fresh import dialects
from harness.fresh.aspects.sight import NotObservable, Sight
from harness.fresh.canonical import canonical
from harness.fresh.optimizers import in_place, optimizers_of
from harness.fresh.variables import arrays, named


def weights(sight: Sight) -> dict[str, Any]:
    """Every variable by name, in the model's order; a vocabulary is among them."""
    return arrays(named(sight.model.weights))


def optimizer(sight: Sight) -> dict[str, Any]:
    """Class, config, learning rate now, iterations and slots of every optimizer that the model holds."""
    found = optimizers_of(sight.model)
    if not found:
        raise NotObservable("the model is not compiled")
    return {
        in_place(place, name): fact
        for place, each in found.items()
        # What else than the optimizer of compile() trains, and which variables, its own step knows alone.
        for name, fact in _facts(each, [] if place else sight.model.trainable_variables).items()
    }


def _facts(optimizer: Any, trains: Sequence[Any]) -> dict[str, Any]:
    dialect = dialects.of_this_process()
    dialect.make_counters(optimizer)
    if trains and dialect.is_waiting(optimizer):
        dialect.create_slots(optimizer, list(trains))
    facts = {"class": type(optimizer).__name__, "config": _config(optimizer)}
    rate = dialect.learning_rate_now(optimizer)
    if rate is not None:
        facts["learning rate now"] = rate
    seen = arrays(dialect.optimizer_variables(optimizer))
    return {**facts, **_to_come(optimizer, dialect.without_slots(optimizer, list(trains))), **seen}


def _config(optimizer: Any) -> Any:
    try:
        return canonical(optimizer.get_config())
    except Exception as error:  # a class of one's own may have none; the slots are seen all the same
        return f"raises {type(error).__name__}"


def _to_come(optimizer: Any, variables: list[Any]) -> dict[str, Any]:
    """What the next step finds where the optimizer has no slots yet: those of a copy, so that it stays without them."""
    if not variables:
        return {}
    dialect = dialects.of_this_process()
    try:
        config = optimizer.get_config()
        # A schedule of one's own need not be known by its name.
        rate = {"learning_rate": 0.0} if "learning_rate" in config else {}
        copy = type(optimizer).from_config({**config, **rate})
        before = dialect.optimizer_variables(copy)
        dialect.create_slots(copy, variables)
    except Exception:  # a class of one's own need not be made from its config
        return {}
    made = dialect.optimizer_variables(copy)
    return arrays({name: variable for name, variable in made.items() if name not in before})
