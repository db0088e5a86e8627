"""A suite of as many cells as are asked for, of one small model each: what grows with it is the harness's own."""

from __future__ import annotations

from functools import partial
from typing import Any, Iterator

import numpy as np

from harness.fresh.subject import Subject
from harness.nouns import BARE, REBUILD, Case, Recipe
from harness.suite.suite import Selection, Suite

SIZES = (100, 1_000, 10_000)
#: Of each recipe.
_ROUTES = (("dot_keras", BARE), ("weights_h5", REBUILD))


def subject(number: int) -> Subject:
    """Two layers, whose first has a width of its own."""

    def build() -> Any:
        from tensorflow import keras

        inputs = keras.Input((4,))
        outputs = keras.layers.Dense(1)(keras.layers.Dense(2 + number % 7, activation="relu")(inputs))
        model = keras.Model(inputs, outputs)
        model.compile("adam", "mse")
        return model

    return Subject(build, _data)


def _data() -> tuple[np.ndarray, np.ndarray]:
    rng = np.random.default_rng(0)
    return rng.normal(size=(8, 4)).astype("float32"), rng.normal(size=(8, 1)).astype("float32")


def cells(count: int, selection: Selection) -> Iterator[Case]:
    """So many cells, two of each recipe."""
    for number in range(count // len(_ROUTES)):
        recipe = Recipe(f"plain_{number:05}", "benchmarks.plain:subject", {"number": number})
        for format, loader in _ROUTES:
            yield Case(recipe, format, loader)


def _unchanged() -> str:
    return "nothing to do"


SUITE = Suite({}, {str(size): partial(cells, size) for size in SIZES}, (), grow=_unchanged, renew=_unchanged)
