"""A verdict as JSON values, as results.schema.json has it of a cell, and back."""

from __future__ import annotations

from typing import Any, Mapping

from harness.nouns import Case, Recipe
from harness.observation import Clue
from harness.verdict import Difference, Finding, FirstToDiffer, Kept, Lost, Mend, Mended, Unseen, Verdict

#: Raised whenever a reader of the old schema could misread the new one.
SCHEMA = 2


def to_json(verdict: Verdict) -> dict[str, Any]:
    """All that the round trip showed, without what was expected of it."""
    return {
        "schema": SCHEMA,
        "case": verdict.case.id,
        "recipe": verdict.case.recipe.id,
        "format": verdict.case.format,
        "loader": verdict.case.loader,
        "stage": verdict.stage,
        "failure": verdict.failure,
        "suits": verdict.suits,
        "promised": sorted(verdict.promised),
        "findings": {aspect: _finding(finding) for aspect, finding in verdict.findings.items()},
        "versions": dict(verdict.versions),
        "seconds": dict(verdict.seconds),
        "size": verdict.size,
        "record": verdict.record,
        "first": None if verdict.first is None else vars(verdict.first),
        "causes": [{"cause": each.cause, "where": each.where, "facts": dict(each.facts)} for each in verdict.causes],
        "mended": [{**vars(each), "mend": vars(each.mend)} for each in verdict.mended],
        "log": verdict.log,
    }


def _finding(finding: Finding) -> dict[str, Any]:
    if isinstance(finding, Kept):
        return {"finding": "kept"}
    if isinstance(finding, Lost):
        return {"finding": "lost", "differences": [vars(each) for each in finding.differences]}
    return {"finding": "unseen", "why": finding.why, "before": finding.before, "raised": finding.raised}


def from_json(row: Mapping[str, Any]) -> Verdict:
    """The verdict of a line; its recipe is known by its id alone.

    Raises:
        ValueError: It is of another schema.
        KeyError, TypeError: It is no verdict.
    """
    if row.get("schema") != SCHEMA:
        raise ValueError(f"schema {row.get('schema', 0)}, expected {SCHEMA}")
    same = ("stage", "failure", "suits", "versions", "seconds", "size", "record", "log")
    return Verdict(
        Case(Recipe(row["recipe"], ""), row["format"], row["loader"]),
        promised=frozenset(row["promised"]),
        findings={aspect: _finding_of(found) for aspect, found in row["findings"].items()},
        first=None if row["first"] is None else FirstToDiffer(**row["first"]),
        causes=tuple(Clue(**each) for each in row["causes"]),
        mended=tuple(map(_mended, row.get("mended", ()))),
        **{name: row[name] for name in same},
    )


def _mended(found: Mapping[str, Any]) -> Mended:
    how = found["mend"]
    mend = Mend(**{**how, "cures": tuple(how["cures"]), "objects": tuple(how["objects"])})
    return Mended(mend, found["loader"], found["failure"], tuple(found["kept"]), tuple(found["lost"]))


def _finding_of(found: Mapping[str, Any]) -> Finding:
    kind = found["finding"]
    if kind == "lost":
        return Lost(tuple(Difference(**each) for each in found["differences"]))
    return Unseen(found["why"], found["before"], found["raised"]) if kind == "unseen" else Kept()
