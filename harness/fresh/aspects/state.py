"""What training has made: weights, and the optimizer."""

from __future__ import annotations

from typing import Any, Mapping

from harness.fresh import dialects
from harness.fresh.aspects.sight import Sight
from harness.fresh.canonical import canonical
from harness.fresh.variables import named, value_of


def weights(sight: Sight) -> dict[str, Any]:
    """Every variable by name, in the model's order; a vocabulary is among them."""
    return arrays(named(sight.model.weights))


def optimizer(sight: Sight) -> dict[str, Any]:
    """Class, config, learning rate now, iterations and slots."""
    sight.require_compiled()
    model, dialect = sight.model, dialects.of_this_process()
    dialect.create_slots(model.optimizer, model.trainable_variables)
    return {
        "class": type(model.optimizer).__name__,
        "config": canonical(model.optimizer.get_config()),
        "learning rate now": dialect.learning_rate_now(model.optimizer),
        **arrays(dialect.optimizer_variables(model.optimizer)),
    }


def arrays(variables: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value_of(variable) for name, variable in variables.items()}
