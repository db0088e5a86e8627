"""A suite: the cases to run, and what is known of them. Handed to the harness by reference, never imported by it."""

from __future__ import annotations

import importlib
from dataclasses import dataclass
from pathlib import Path
from typing import Callable, Mapping, Sequence

from harness.nouns import Case, HarnessError
from harness.suite.known_failures import KnownFailure

#: Where the suite of this repository is.
DEFAULT = "cases.suite:SUITE"

MATRICES = ("default", "each", "examples", "across", "gold", "full")


@dataclass(frozen=True)
class Suite:
    """What is run.

    Attributes:
        axes: axis -> its values. "example" is one, for cases that stand outside the matrix.
        cases: Called with the name of a matrix, an axis -> values selection ({} for all), a checkpoint ("" for a
            tiny random backbone) and the Keras, "2" or "3", that a selection of few cells is for; returns the cases.
        known_failures: What is expected to fail.
        records: Called with cases; returns, by a case's id, the record that it reloads instead of training.
        renew: Computes the default matrix anew, writes it, and returns what changed, in words.
    """

    axes: Mapping[str, Sequence[str]]
    cases: Callable[[str, Mapping[str, Sequence[str]], str, str], Sequence[Case]]
    known_failures: Sequence[KnownFailure]
    renew: Callable[[], str]
    records: Callable[[Sequence[Case]], Mapping[str, Path]] = lambda cases: {}

    def selection(self, text: str) -> dict[str, list[str]]:
        """Read "axis=value,axis=value"; the values of one axis add up.

        Raises:
            HarnessError: An axis or a value that is none.
        """
        chosen: dict[str, list[str]] = {}
        for each in filter(None, text.split(",")):
            axis, _, value = each.partition("=")
            if axis not in self.axes:
                raise HarnessError(f"--only {each}: there is no axis {axis!r}; expected one of {', '.join(self.axes)}")
            if value not in self.axes[axis]:
                raise HarnessError(
                    f"--only {each}: {axis} has no value {value!r}; expected one of {', '.join(self.axes[axis])}"
                )
            chosen.setdefault(axis, []).append(value)
        return chosen


def load_suite(reference: str = DEFAULT) -> Suite:
    """Import a suite by "module:name"."""
    module, _, name = reference.partition(":")
    try:
        suite = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise HarnessError(f"--suite {reference}: expected module:name of a Suite ({error})") from None
    assert isinstance(suite, Suite), reference
    return suite
