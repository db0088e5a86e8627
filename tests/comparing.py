"""Two sets of facts, compared: what the tests of the comparison share."""

from __future__ import annotations

import math

import numpy as np

from harness.observation import Observation
from harness.verdicts.compare import compare

ANY = "an aspect without rules of its own"

NAN, INF = math.nan, math.inf
ONE_ULP = np.float32(2.0000002)  # the float32 after 2


def f4(*values):
    return np.array(values, "float32")


def differences(expected, actual, *, aspect=ANY, tolerance=0.0):
    """(name, problem) of every difference between two sets of facts."""
    found = compare(Observation({aspect: expected}), Observation({aspect: actual}), {aspect: tolerance})
    return [(each.name, each.problem) for each in found]


def problems(expected, actual, **rules):
    """The problems of one fact."""
    return [problem for _, problem in differences({"fact": expected}, {"fact": actual}, **rules)]
