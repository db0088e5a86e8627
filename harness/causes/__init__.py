"""Why it was lost, and what to write instead: the catalogue, a small file for each family."""

from __future__ import annotations

from typing import Iterable

from harness.causes import code, formats, state
from harness.causes.cause import Cause
from harness.nouns import Clue, Verdict

__all__ = ["CAUSES", "FAMILIES", "Cause", "explain"]

FAMILIES = {
    "Classes and functions of one's own": code.CAUSES,
    "State that no format has": state.CAUSES,
    "What formats do not keep": formats.CAUSES,
}

CAUSES = {each.id: each for causes in FAMILIES.values() for each in causes}


def explain(verdict: Verdict, clues: Iterable[Clue]) -> tuple[Clue, ...]:
    """The clues that say why a verdict lost what it lost, or stopped.

    Args:
        verdict: With its findings, and the first layer that answers otherwise.
        clues: What was found on the live model before it was saved.
    """
    if not verdict.lost and not verdict.stage:
        return ()
    found = [clue for clue in clues if CAUSES[clue.cause].explains(clue, verdict)]
    found += [clue for cause in CAUSES.values() for clue in cause.recognise(verdict)]
    return tuple(dict.fromkeys(found))
