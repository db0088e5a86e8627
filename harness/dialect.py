"""The places where one Keras answers differently from another, each behind one function.

Everything else in the harness is written once, for Keras 2, tf-keras and Keras 3.
"""

from __future__ import annotations

import random
from typing import Any, Iterable

import numpy as np


def seed_everything(seed: int) -> None:
    """Seed Python, numpy and TensorFlow; keras.utils.set_random_seed came only with TensorFlow 2.7."""
    import tensorflow as tf

    random.seed(seed)
    np.random.seed(seed)
    tf.random.set_seed(seed)


def variable_name(variable: Any) -> str:
    """The name that tells one variable of a model from another: Keras 3 has it in `path`."""
    return str(getattr(variable, "path", None) or getattr(variable, "name", None) or type(variable).__name__)


def value_of(variable: Any) -> np.ndarray:
    """A variable's value. The vocabulary of a lookup layer is among the weights too, and is no variable."""
    return np.asarray(variable.numpy() if hasattr(variable, "numpy") else variable.get_tensors()[0])


def named(variables: Iterable[Any]) -> dict[str, Any]:
    """Variables by name, in their order. A repeated name gets "#2", "#3", ... behind it."""
    result: dict[str, Any] = {}
    for variable in variables:
        name, copy = variable_name(variable), 1
        while name in result:
            copy += 1
            name = f"{variable_name(variable)}#{copy}"
        result[name] = variable
    return result


def optimizer_variables(optimizer: Any) -> dict[str, Any]:
    """Iterations, slots and hyperparameters by name.

    `optimizer.variables` is a method until TensorFlow 2.10, a property since. Slots are named
    after the optimizer, and the scopes around it, when the first step creates them, and not
    when a loader does: that prefix tells nothing, and is dropped.
    """
    variables = optimizer.variables
    inner = getattr(optimizer, "inner_optimizer", None) or optimizer
    prefix = f"{getattr(inner, 'name', None) or getattr(inner, '_name', '')}/"
    return {
        name.rpartition(prefix)[2]: variable
        for name, variable in named(variables() if callable(variables) else variables).items()
    }


def create_slots(optimizer: Any, variables: list[Any]) -> None:
    """Make the optimizer create its slots now, and with them take up values that a checkpoint holds for them."""
    if getattr(optimizer, "inner_optimizer", None) is not None:
        create_slots(optimizer.inner_optimizer, variables)
    if hasattr(optimizer, "build"):
        if not getattr(optimizer, "_built", False) and not getattr(optimizer, "built", False):
            optimizer.build(variables)
    elif hasattr(optimizer, "_create_all_weights"):
        optimizer._create_all_weights(variables)


def compile_arguments(model: Any) -> dict[str, Any]:
    """What compile() was given, without the optimizer and the metrics; {} for a model that is not compiled."""
    if getattr(model, "optimizer", None) is None:
        return {}
    if hasattr(model, "_get_compile_args"):
        arguments = dict(model._get_compile_args(user_metrics=True))
        arguments["run_eagerly"] = model._run_eagerly
        arguments["jit_compile"] = getattr(model, "_jit_compile", None)
        steps = getattr(model, "_steps_per_execution", None)
        arguments["steps_per_execution"] = 1 if steps is None else int(steps)
    else:
        arguments = dict(model._compile_config.config)
    for name in ("optimizer", "metrics", "weighted_metrics"):
        arguments.pop(name, None)
    return arguments


def learning_rate_now(optimizer: Any) -> Any:
    """The rate of the next step, float32 (): a schedule is asked for it at the current iteration."""
    optimizer = getattr(optimizer, "inner_optimizer", None) or optimizer
    rate = getattr(optimizer, "_learning_rate", None)
    if rate is None:
        rate = optimizer._get_hyper("learning_rate")
    if callable(rate) and not hasattr(rate, "numpy"):
        rate = rate(optimizer.iterations)
    return np.float32(rate)
