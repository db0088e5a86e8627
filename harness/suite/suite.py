"""A suite: the cases to run, and what is known of them. Handed to the harness by reference, never imported by it."""

from __future__ import annotations

import importlib
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from itertools import islice
from pathlib import Path
from typing import Callable, Iterable, Iterator, Mapping, Sequence

from harness.nouns import Case, HarnessError, Recipe
from harness.scripts.source import Source
from harness.suite.costs import Costs
from harness.suite.known_failures import KnownFailure

#: More cells than anybody runs without having meant to; on two cores they take about two hours.
MANY = 2000


@dataclass(frozen=True)
class Selection:
    """Which cells of a matrix are wanted, and where.

    Attributes:
        only: axis -> values; {} for all.
        ids: Patterns of ids; () for all.
        checkpoint: A real backbone; "" for a tiny random one.
        keras: The Keras, "2" or "3", that a matrix of few cells is for.
    """

    only: Mapping[str, Sequence[str]] = field(default_factory=dict)
    ids: Sequence[str] = ()
    checkpoint: str = ""
    keras: str = "2"

    def wants(self, choice: Mapping[str, str]) -> bool:
        """Whether the axis values of a cell are wanted; one that has no value of an axis is not, if it is named."""
        return all(choice.get(axis) in values for axis, values in self.only.items())


@dataclass(frozen=True)
class Suite:
    """What is run.

    Attributes:
        axes: axis -> its values. "example" is one, for cases that stand outside the matrix.
        matrices: name -> a function of a selection that yields its cells, those that the selection's axis values
            leave. The first line of its docstring says what they are.
        known_failures: What is expected to fail.
        grow: Adds to the committed ids what an axis that has grown asks for; returns what changed, in words.
        renew: Deals the committed ids anew, and returns the same.
        records: Called with cases; returns, by a case's id, the record that it reloads instead of training.
        costs: By which --shard divides the cells.
        source: Called with a recipe and a Keras, "2" or "3"; returns its build() and data() as Python that needs
            nothing of the suite, for scripts; None of a recipe that cannot be written so.
    """

    axes: Mapping[str, Sequence[str]]
    matrices: Mapping[str, Callable[[Selection], Iterable[Case]]]
    known_failures: Sequence[KnownFailure]
    grow: Callable[[], str]
    renew: Callable[[], str]
    records: Callable[[Sequence[Case]], Mapping[str, Path]] = lambda cases: {}
    costs: Costs = field(default_factory=Costs)
    source: Callable[[Recipe, str], Source | None] = lambda recipe, keras: None

    def cases(self, matrix: str, selection: Selection) -> Iterator[Case]:
        """The selected cells of a matrix, one by one: there may be very many.

        Raises:
            HarnessError: There is no such matrix; or, once the first is asked for, something else cannot be used.
        """
        if matrix not in self.matrices:
            raise HarnessError(
                f"--matrix {matrix}: there is no such matrix; expected one of {', '.join(self.matrices)}"
            )
        cases = iter(self.matrices[matrix](selection))
        if not selection.ids:
            return cases
        return (case for case in cases if any(fnmatchcase(case.id, pattern) for pattern in selection.ids))

    def to_run(self, matrix: str, selection: Selection) -> list[Case]:
        """The same cells, to be run.

        Raises:
            HarnessError: As above; or they are more than MANY, and nothing selects among them.
        """
        cases = self.cases(matrix, selection)
        if selection.only or selection.ids:
            return list(cases)
        first = list(islice(cases, MANY))
        if next(cases, None) is not None:
            raise HarnessError(
                f"--matrix {matrix}: more than {MANY} cells, and days of work; select some by their axis values, "
                "such as --only head=mean_pool,loss=smoothed (`python -m harness list` shows which those are)"
            )
        return first

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


def load_suite(reference: str) -> Suite:
    """Import a suite by "module:name"."""
    module, _, name = reference.partition(":")
    try:
        suite = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError) as error:
        raise HarnessError(f"--suite {reference}: expected module:name of a Suite ({error})") from None
    assert isinstance(suite, Suite), reference
    return suite
