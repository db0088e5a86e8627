"""Variables by name, and their values: the same for any Keras."""

from __future__ import annotations

import math
from typing import Any, Callable, Iterable, Mapping

import numpy as np

from harness.record.tensors import on_disk, row_ranges

#: Values from which on a variable is large.
MANY = 1 << 22
#: Bytes of a value, at most.
_WIDEST = 16


def variable_name(variable: Any) -> str:
    """The name that tells one variable of a model from another: Keras 3 has it in `path`."""
    return str(getattr(variable, "path", None) or getattr(variable, "name", None) or type(variable).__name__)


def is_generator(variable: Any) -> bool:
    """Whether a variable that Keras 3 exports is the state of a random generator, which is among no model's weights."""
    return str(variable.name).partition(":")[0].endswith("seed_generator_state")


def shape_of(variable: Any) -> tuple[int, ...]:
    """A variable's shape; its value's where it declares none: Discretization of legacy Keras has such."""
    try:
        return tuple(map(int, variable.shape))
    except (TypeError, ValueError):
        return np.shape(variable.numpy())


def value_of(variable: Any) -> np.ndarray:
    """A variable's value. The vocabulary of a lookup layer is among the weights too, and is no variable.

    A large one is copied to the disk, part by part, and mapped: a model is looked at several times, and each look would
    hold as much memory as the model.
    """
    if not hasattr(variable, "numpy"):
        return np.asarray(variable.get_tensors()[0])
    shape = shape_of(variable)
    if math.prod(shape) < MANY:
        return np.asarray(variable.numpy())
    rows = row_ranges(shape[0], math.prod(shape) * _WIDEST)
    return on_disk((np.asarray(variable[part]) for part in rows), shape)


def arrays(variables: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """The values of variables, by name."""
    return {name: value_of(variable) for name, variable in variables.items()}


def named(variables: Iterable[Any], name_of: Callable[[Any], str] = variable_name) -> dict[str, Any]:
    """Variables by name, in their order. A repeated name gets "#2", "#3", ... behind it."""
    result: dict[str, Any] = {}
    for variable in variables:
        name, copy = name_of(variable), 1
        while name in result:
            copy += 1
            name = f"{name_of(variable)}#{copy}"
        result[name] = variable
    return result


def has_deferred(container: Any) -> bool:
    """Whether a checkpoint holds values for variables that a list does not have yet."""
    return bool(getattr(container, "_deferred_dependencies", None))
