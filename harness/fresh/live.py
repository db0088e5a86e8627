"""What a trained model answers before its graphs are traced anew, where that is something else.

A layer's Python attribute that is changed after predict() or evaluate() was traced, by a callback that schedules a
ratio, is not in their graphs: the process that trains goes on with the old value, and the one that loads has the new.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Mapping

import numpy as np

from harness.formats.format import OF_A_GRAPH_IN_HALF_PRECISION
from harness.nouns import EVALUATION, LIVE, PRECISION, PREDICTIONS
from harness.observation import Observation

#: How far one graph may be off another of the same model: TensorFlow 2.5 answers shapes that it has seen before by a
#: more general one, whose floats round elsewhere, measured up to 6 ULPs of float32. Relative to the largest magnitude.
RELATIVE, ABSOLUTE = 1e-5, 1e-6


def with_live(reference: Observation, live: Observation) -> Observation:
    """Add to what a model answers by new graphs what it answered by those that training left, where they differ."""
    least = _of_half_precision(reference)
    added = {
        aspect: {
            **reference.facts[aspect],
            **{
                f"{LIVE}{name}": fact
                for name, fact in live.facts[aspect].items()
                if not same_but_for_rounding(fact, reference.facts[aspect].get(name), least)
            },
        }
        for aspect in (PREDICTIONS, EVALUATION)
        if aspect in live.facts and aspect in reference.facts
    }
    return replace(reference, facts={**reference.facts, **added})


def same_but_for_rounding(one: Any, other: Any, least: float = 0.0) -> bool:
    """Whether two arrays are the same; floats up to what another graph of the same computation may be off.

    Args:
        one: An array, or None for an output that is none.
        other: Another, or None for what is not there.
        least: Absolute gap that is allowed between floats in any case.
    """
    if one is None or other is None:
        return one is other
    one, other = np.asarray(one), np.asarray(other)
    if one.shape != other.shape or one.dtype != other.dtype:
        return False
    if one.dtype.kind == "c":
        parts = (one.real, other.real), (one.imag, other.imag)
        return all(same_but_for_rounding(each, instead, least) for each, instead in parts)
    if not _is_float(one):
        return bool((one == other).all())
    least = max(least, OF_A_GRAPH_IN_HALF_PRECISION.get(one.dtype.name, 0.0))
    one, other = one.astype("float64"), other.astype("float64")
    finite = np.isfinite(one)
    if not np.array_equal(finite, np.isfinite(other)) or not np.array_equal(one[~finite], other[~finite], True):
        return False
    one, other = one[finite], other[finite]
    largest = max(np.abs(one).max(initial=0.0), np.abs(other).max(initial=0.0))
    return bool((np.abs(one - other) <= max(least, ABSOLUTE, RELATIVE * largest)).all())


def _is_float(array: np.ndarray) -> bool:
    return array.dtype.kind == "f" or array.dtype.name in OF_A_GRAPH_IN_HALF_PRECISION


def _of_half_precision(reference: Observation) -> float:
    """What the half precision allows in which any of the layers computes."""
    precisions: Mapping[str, Any] = reference.facts.get(PRECISION, {})
    computed = [fact[1] for name, fact in precisions.items() if name.startswith("layer/")]
    return max((OF_A_GRAPH_IN_HALF_PRECISION.get(each, 0.0) for each in computed), default=0.0)
