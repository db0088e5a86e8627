"""What training has made: weights, and the optimizers."""

from __future__ import annotations

from typing import Any

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
    model, dialect = sight.model, dialects.of_this_process()
    facts = {}
    for place, each in found.items():
        dialect.make_counters(each)
        to_come: dict[str, Any] = {}
        if not place:  # which variables another one than compile()'s trains, the model's own step knows alone
            if dialect.is_waiting(each):
                dialect.create_slots(each, list(model.trainable_variables))
            to_come = _slots_of_a_copy(each, dialect.without_slots(each, model))
        facts.update({in_place(place, name): fact for name, fact in {**to_come, **_facts(each)}.items()})
    return facts


def _facts(optimizer: Any) -> dict[str, Any]:
    dialect = dialects.of_this_process()
    rate = dialect.learning_rate_now(optimizer)
    return {
        "class": type(optimizer).__name__,
        "config": _config(optimizer),
        **({} if rate is None else {"learning rate now": rate}),
        **arrays(dialect.optimizer_variables(optimizer)),
    }


def _config(optimizer: Any) -> Any:
    try:
        return canonical(optimizer.get_config())
    except Exception as error:  # a class of one's own may have none; the slots are seen all the same
        return f"raises {type(error).__name__}"


def _slots_of_a_copy(optimizer: Any, variables: list[Any]) -> dict[str, Any]:
    """What a step finds where the optimizer has no slots yet: those of a copy, so that it stays without them."""
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
