"""What training leaves where it began: given other values, as a published checkpoint has them.

A bias that no gradient reaches stays zero, and a format that leaves it out gives zeros back: as it was. Of a
checkpoint, in which it is something else, that would be a loss; so the suite's models have something else there.
"""

from __future__ import annotations

from contextlib import contextmanager
from typing import Any, Iterator

import numpy as np

from harness.fresh import dialects
from harness.fresh.variables import named, value_of

#: Added to what training leaves where it was. Positive, so that a variance stays one.
LEAST, MOST = 1e-3, 1e-2


@contextmanager
def displaced(model: Any) -> Iterator[None]:
    """Train in this context; what did not move, weights and the optimizer's slots, is displaced by a seeded noise."""
    before = {name: value_of(variable) for name, variable in named(model.weights).items()}
    yield
    noise = np.random.default_rng(0)
    for name, variable in named(model.weights).items():
        if hasattr(variable, "assign") and _same(before[name], value_of(variable)):
            _add(variable, noise)
    for variable in dialects.of_this_process().optimizer_variables(model.optimizer).values():
        # A slot starts as zeros, and stays so where no gradient arrives.
        value = value_of(variable)
        if value.ndim and not value.any():
            _add(variable, noise)


def _add(variable: Any, noise: np.random.Generator) -> None:
    value = value_of(variable)
    if value.dtype.kind == "b":
        variable.assign(~value)
    elif value.dtype.kind in "iu":
        variable.assign(value + 1)
    else:
        variable.assign(value + noise.uniform(LEAST, MOST, value.shape).astype(value.dtype))


def _same(one: np.ndarray, other: np.ndarray) -> bool:
    return one.shape == other.shape and one.dtype == other.dtype and one.tobytes() == other.tobytes()
