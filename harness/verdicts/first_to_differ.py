"""The first layer that answers otherwise: where a difference of what a model computes begins."""

from __future__ import annotations

import math
from typing import Mapping, Sequence

import numpy as np

from harness.nouns import EVALUATION, LOSSES, PREDICTIONS, RESUME, SIGNATURE
from harness.observation import Answer, Call, Observation
from harness.verdict import Finding, FirstToDiffer, Lost
from harness.verdicts.arrays import allowed

#: What a model computes when it is called, of which one call was noted.
_COMPUTED = frozenset({LOSSES, PREDICTIONS, SIGNATURE, EVALUATION})


def where_it_begins(
    findings: Mapping[str, Finding], before: Observation, after: Observation, tolerance: float
) -> FirstToDiffer | None:
    """The first layer that answers otherwise: in a call, or in a training step where only that goes another way.

    Args:
        findings: What became of each aspect.
        before: What was seen of the model that was saved.
        after: What was seen of the one that came back.
        tolerance: The largest gap between two floats that is not a difference (see `arrays.allowed`).
    """
    lost = {aspect for aspect, finding in findings.items() if isinstance(finding, Lost)}
    about = PREDICTIONS if lost & _COMPUTED else RESUME if RESUME in lost else ""
    return first_to_differ(before.calls.get(about, ()), after.calls.get(about, ()), tolerance)


def first_to_differ(before: Sequence[Call], after: Sequence[Call], tolerance: float = 0.0) -> FirstToDiffer | None:
    """Walk the calls in the order in which they ended, inner layers before those that they are in.

    Args:
        before: Of the model that was saved.
        after: Of the one that came back. A layer is found again by its path and the number of its call.
        tolerance: The largest gap between two floats that is not a difference (see `arrays.allowed`).

    Returns:
        None where every layer that both have answers the same.
    """
    found = {(each.layer, each.number): each for each in after}
    agreed = 0
    for call in before:
        again = found.get((call.layer, call.number))
        if again is None:
            continue
        how = _unlike(call.answers, again.answers, tolerance)
        if how:
            return FirstToDiffer(call.layer, call.kind, call.number, call.given == again.given, how, agreed)
        agreed += 1
    return None


def _unlike(before: Sequence[Answer], after: Sequence[Answer], tolerance: float) -> str:
    """How two calls' answers differ, in words; "" where they do not."""
    if len(before) != len(after):
        return f"{len(after)} answers instead of {len(before)}"
    for was, now in zip(before, after):
        if was.shape != now.shape:
            return f"shape is {now.shape}, but should be {was.shape}"
        if was.dtype != now.dtype:
            return f"dtype is {now.dtype}, but should be {was.dtype}"
        if was.digest != now.digest:
            gap, too_far = _gap(was.sample, now.sample, tolerance)
            if gap is None and not tolerance:
                return "other values"
            if gap is not None and too_far:
                return f"off by {gap:.1e}"
    return ""


def _gap(before: Sequence[float], after: Sequence[float], tolerance: float) -> tuple[float | None, bool]:
    """The largest gap among the values that are known, None where these do not tell; and whether one is too large."""
    pairs = [(was, now) for was, now in zip(before, after) if not (math.isnan(was) and math.isnan(now))]
    if any(math.isnan(was) or math.isnan(now) for was, now in pairs):
        return math.inf, True
    apart = [(was, now) for was, now in pairs if was != now]
    if not apart:
        return None, False
    was, now = np.array(apart).T
    gaps = np.abs(was - now)
    return float(gaps.max()), bool((gaps > allowed(was, now, tolerance)).any())
