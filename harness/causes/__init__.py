"""Why it was lost, and what to write instead: the catalogue, a small file for each family."""

from __future__ import annotations

from typing import Iterable

from harness.causes import code, forgotten, formats, state
from harness.causes.cause import Cause
from harness.observation import Clue
from harness.verdict import Verdict

__all__ = ["CAUSES", "FAMILIES", "Cause", "explain"]

FAMILIES = {
    "Classes and functions of one's own": code.CAUSES,
    "State that no format has": state.CAUSES,
    "What Keras forgets": forgotten.CAUSES,
    "What formats do not keep": formats.CAUSES,
}

CAUSES = {each.id: each for causes in FAMILIES.values() for each in causes}


def explain(verdict: Verdict, clues: Iterable[Clue]) -> tuple[Clue, ...]:
    """The clues that say why a verdict lost what it lost, or stopped.

    Args:
        verdict: With its findings, and the first layer that answers otherwise.
        clues: What was found on the live model before it was saved. One that this catalogue does not know says nothing.
    """
    if not verdict.lost and not verdict.stage:
        return ()
    known = [clue for clue in clues if clue.cause in CAUSES and CAUSES[clue.cause].fits(clue)]
    found = [clue for clue in known if CAUSES[clue.cause].explains(clue, verdict)]
    found += [clue for cause in CAUSES.values() for clue in cause.recognise(verdict)]
    less = {id for clue in found for id in CAUSES[clue.cause].supersedes}
    return tuple(dict.fromkeys(clue for clue in found if clue.cause not in less))
