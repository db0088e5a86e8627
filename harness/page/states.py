"""What became of one aspect of one cell, in the words, glyphs and colours that every page has."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Iterable

from harness.report.result import Result
from harness.suite.expectations import FAILED, KNOWN, LOADING, PASSED
from harness.verdict import Kept, Unseen


@dataclass(frozen=True)
class State:
    """One thing that can become of an aspect.

    Attributes:
        id: Its class in the style sheet.
        glyph: One sign, another one for each: nobody needs to tell colours apart.
        word: For people.
        meaning: In one line.
    """

    id: str
    glyph: str
    word: str
    meaning: str


LOST = State("lost", "✗", "lost, new", "asked for, came back otherwise or out of sight, and was not known to")
STOPPED = State("stopped", "⊘", "did not load, new", "stopped while training, saving or loading, and was not known to")
MENDED = State("mended", "★", "mended", "known to fail, and did not: the entry can go")
MISSING = State("missing", "?", "not run", "the run was to try it, and has no result")
STOPPED_AS_KNOWN = State("stopped-known", "⊖", "did not load, known", "did not get through, as it is known upstream")
KNOWN_LOSS = State("known", "!", "known", "lost, as it is known upstream")
STOPPED_FREELY = State("stopped-freely", "∅", "did not load, not asked for", "did not get through; nothing asks for it")
LOST_FREELY = State("lost-freely", "-", "lost, not promised", "came back otherwise; nothing promises or asks for it")
UNSEEN = State("unseen", "○", "not observable", "nothing there to compare: not known to be kept")
NOT_REACHED = State("not-reached", "·", "not reached", "the cell did not load, so nothing is known of it")
KEPT_FREELY = State("kept-freely", "+", "kept, not promised", "came back as it was; nothing promises or asks for it")
KEPT = State("kept", "✓", "kept", "came back as it was")

#: What says most first: what asks for somebody, then what was seen, and last what nobody knows.
STATES = (
    LOST,
    STOPPED,
    MENDED,
    MISSING,
    STOPPED_AS_KNOWN,
    KNOWN_LOSS,
    STOPPED_FREELY,
    LOST_FREELY,
    KEPT,
    KEPT_FREELY,
    UNSEEN,
    NOT_REACHED,
)

#: What a run should not have shown.
OTHER = (LOST, STOPPED, MENDED, MISSING)


def loading(result: Result) -> State:
    """Whether a cell got through training, saving and reloading."""
    kind = _kind(result, LOADING)
    if result.verdict.stage:
        return {FAILED: STOPPED, KNOWN: STOPPED_AS_KNOWN}.get(kind, STOPPED_FREELY)
    return MENDED if kind == FAILED else KEPT


def keeping(result: Result, aspect: str) -> State:
    """What became of one aspect."""
    verdict = result.verdict
    if verdict.stage:
        return NOT_REACHED
    if aspect not in verdict.findings:
        return UNSEEN  # by a record that never looked at it
    kind, finding = _kind(result, aspect), verdict.findings[aspect]
    if kind == FAILED:
        return MENDED if isinstance(finding, Kept) else LOST
    if kind == KNOWN:
        return KNOWN_LOSS
    if verdict.complaints(aspect):
        return LOST_FREELY
    if isinstance(finding, Unseen):
        return UNSEEN
    return KEPT if kind == PASSED else KEPT_FREELY


def worst(states: Iterable[State]) -> State:
    """The one that says most; what was kept, if only some of it was seen.

    Raises:
        ValueError: There is none.
    """
    return min(states, key=STATES.index)


def _kind(result: Result, about: str) -> str:
    """How it came out; of what nobody had expected anything of, by what was seen."""
    if about in result.outcomes:
        return result.outcomes[about].kind
    verdict = result.verdict
    if about == LOADING:
        return FAILED if verdict.stage else PASSED
    promised = about in verdict.promised
    return FAILED if promised and verdict.complaints(about) else PASSED if promised else ""
