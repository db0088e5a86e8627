"""One cell of a run: what became of it, and what that is held against what was expected."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping

from harness.report.verdict_json import from_json, to_json
from harness.suite.expectations import Outcome
from harness.verdict import Verdict


@dataclass(frozen=True)
class Result:
    """One line of results.jsonl.

    Attributes:
        verdict: All that the round trip showed.
        outcomes: "loading", and each aspect, if it loaded -> how that came out.
        model: Which model of one's own it was, told apart from all others; "" for the cell of a suite, whose id is
            enough.
    """

    verdict: Verdict
    outcomes: Mapping[str, Outcome] = field(default_factory=dict)
    model: str = ""

    @property
    def name(self) -> str:
        """What tells the cell apart from all others of its run."""
        return name_of(self.verdict.case.id, self.model)

    def to_json(self) -> dict[str, Any]:
        """The same as JSON values, by results.schema.json."""
        outcomes = {
            about: {"outcome": each.kind, "why": each.why, "links": list(each.links)}
            for about, each in self.outcomes.items()
        }
        return {**to_json(self.verdict), "model": self.model, "outcomes": outcomes}

    @classmethod
    def from_json(cls, row: Mapping[str, Any]) -> Result:
        """What `to_json` was called on.

        Raises:
            ValueError, KeyError, TypeError, AttributeError: It is no result, or one of another schema.
        """
        verdict = from_json(row)
        outcomes = {
            about: Outcome(each["outcome"], each["why"], tuple(each["links"]))
            for about, each in row["outcomes"].items()
        }
        return cls(verdict, outcomes, row["model"])


def name_of(id: str, model: str) -> str:
    """The name of a cell: its id, and the model, where ids alone do not tell cells apart."""
    return f"{id} of {model}" if model else id
