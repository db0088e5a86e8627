"""What is to be done with cells: three plans, which a run carries out together."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Mapping, Union

from harness.nouns import Case


@dataclass(frozen=True)
class Save:
    """Train each recipe once and save it in the formats of its cells. A verdict's `record` says where.

    Attributes:
        cases: The cells.
    """

    cases: tuple[Case, ...]


@dataclass(frozen=True)
class Load:
    """Load records that are there, once each.

    Attributes:
        records: The record of each cell.
        compiled: Whether load_model compiles; without, compile=False.
    """

    records: Mapping[Case, Path]
    compiled: bool = True


@dataclass(frozen=True)
class RoundTrip:
    """Train, save and reload; then save what was loaded and load that, in its own format and in another one.

    Attributes:
        cases: The cells.
        resave: Whether what was loaded is saved and loaded again.
        mends: Whether what is known against the cause of a loss is tried, each in one more process.
    """

    cases: tuple[Case, ...]
    resave: bool = True
    mends: bool = False


Plan = Union[Save, Load, RoundTrip]


def cases_of(plan: Plan) -> tuple[Case, ...]:
    """The cells that a plan is for, in order."""
    return tuple(plan.records) if isinstance(plan, Load) else plan.cases
