from __future__ import annotations

import pytest
from results_of import result_of

from harness.nouns import ASPECTS, CONFIG, NAMES, OPTIMIZER, WEIGHTS
from harness.page import states
from harness.page.states import STATES, keeping, loading, worst
from harness.suite.expectations import FAILED, KNOWN, LOADING, PASSED, SKIPPED, Outcome
from harness.verdict import Difference, Unseen

GONE = Difference(WEIGHTS, "kernel", "is 1, but should be 0")


def one(*differences, about=WEIGHTS, kind=None, **facts):
    outcomes = {} if kind is None else {about: Outcome(kind)}
    return result_of("model", "savedmodel", "bare", *differences, outcomes=outcomes, **facts)


@pytest.mark.parametrize(
    ("state", "result"),
    [
        (states.KEPT, one(kind=PASSED)),
        (states.KEPT_FREELY, one(kind=SKIPPED)),
        (states.LOST, one(GONE, kind=FAILED)),
        (states.KNOWN_LOSS, one(GONE, kind=KNOWN)),
        (states.MENDED, one(kind=FAILED)),
        (states.LOST_FREELY, one(GONE, kind=SKIPPED)),
        (states.UNSEEN, one(kind=SKIPPED, unseen={WEIGHTS: Unseen("none")})),
        (states.LOST, one(kind=FAILED, unseen={WEIGHTS: Unseen("raised", before=True, raised=True)})),
        (states.NOT_REACHED, one(kind=KNOWN, about=LOADING, stage="reload", failure="x")),
        (states.LOST, one(GONE)),
        (states.KEPT, one()),
        (states.LOST_FREELY, one(GONE, promised=set(ASPECTS) - {WEIGHTS})),
    ],
    ids=lambda value: value.id if isinstance(value, states.State) else "",
)
def test_what_became_of_an_aspect(state, result):
    assert state == keeping(result, WEIGHTS)


@pytest.mark.parametrize(
    ("state", "kind", "stage"),
    [
        (states.KEPT, PASSED, ""),
        (states.MENDED, FAILED, ""),
        (states.STOPPED, FAILED, "reload"),
        (states.STOPPED_AS_KNOWN, KNOWN, "save"),
        (states.STOPPED_FREELY, SKIPPED, "save"),
        (states.STOPPED, None, "train"),
        (states.KEPT, None, ""),
    ],
)
def test_what_became_of_the_loading(state, kind, stage):
    assert state == loading(one(about=LOADING, kind=kind, stage=stage, failure="x" if stage else ""))


def test_what_a_record_never_looked_at_is_not_shown_as_kept():
    assert states.UNSEEN == keeping(one(), "probe")


def test_each_state_has_its_own_sign_word_and_class():
    for each in ("id", "glyph", "word", "meaning"):
        assert len(STATES) == len({getattr(state, each) for state in STATES})


def test_what_asks_for_somebody_hides_what_is_good_and_what_is_good_never_hides_a_loss():
    assert states.LOST == worst([states.KEPT, states.KNOWN_LOSS, states.LOST, states.UNSEEN])
    assert states.KNOWN_LOSS == worst([states.KEPT, states.KNOWN_LOSS, states.UNSEEN])
    assert states.MISSING == worst([states.KEPT, states.MISSING])
    assert states.UNSEEN == worst([states.NOT_REACHED, states.UNSEEN])


def test_other_aspects_do_not_matter():
    result = result_of("model", "savedmodel", "bare", Difference(CONFIG, "x", "changed"))

    assert states.LOST == keeping(result, CONFIG)
    assert {states.KEPT} == {keeping(result, each) for each in (NAMES, OPTIMIZER, WEIGHTS)}
