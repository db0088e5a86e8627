from __future__ import annotations

import pytest
from verdict_of import verdict_of

from harness.environment import Environment
from harness.nouns import ASPECTS, Case, Recipe
from harness.suite.expectations import FAILED, KNOWN, PASSED, SKIPPED, Expectations, Outcome, unmet
from harness.suite.known_failures import KnownFailure
from harness.verdict import Difference, Unseen, Verdict

HERE = Environment({"tensorflow": "2.10.1", "keras": "2.10.0", "python": "3.10.13"})
CASE = Case(Recipe("recipe", "subject"), "savedmodel", "bare")
KEPT = verdict_of(CASE)
LOST = verdict_of(CASE, Difference("weights", "a", "missing after reload"))
STOPPED = Verdict(CASE, stage="reload", failure="ValueError: Unknown\nlayer")


def expectations(*known):
    return Expectations(known, HERE)


def known(about, *messages):
    return KnownFailure("*-savedmodel-bare", about, messages, "link")


def test_nothing_lost_passes():
    assert PASSED == expectations().keeping(KEPT, "weights").kind
    assert PASSED == expectations().loading(KEPT).kind


def test_a_promise_that_is_not_kept_fails_with_the_report():
    outcome = expectations().keeping(LOST, "weights")

    assert FAILED == outcome.kind
    assert "weights['a']: missing after reload" in outcome.why


def test_a_cell_that_stopped_fails_once():
    outcome = expectations().loading(STOPPED)

    assert (FAILED, True) == (outcome.kind, "saved, but did not reload" in outcome.why)
    assert Outcome(SKIPPED, "did not load; see test_it_loads") == expectations().keeping(STOPPED, "weights")


def test_a_known_failure_is_expected_with_its_message():
    assert KNOWN == expectations(known("weights", "missing after")).keeping(LOST, "weights").kind
    assert KNOWN == expectations(known("reload", "Unknown layer")).loading(STOPPED).kind


def test_a_known_failure_has_its_links_once():
    several = expectations(known("weights", "missing"), known("weights", "reload"))

    assert Outcome(KNOWN, "known: link", ("link",)) == several.keeping(LOST, "weights")


def test_all_outcomes_of_a_cell_are_of_loading_and_of_each_aspect_that_was_reached():
    outcomes = expectations(known("weights", "missing after")).outcomes(LOST)

    assert ["loading", *ASPECTS] == list(outcomes)
    assert {"weights"} == {about for about, each in outcomes.items() if each.kind == KNOWN}
    assert ["loading"] == list(expectations().outcomes(STOPPED))
    assert FAILED == expectations().outcomes(STOPPED)["loading"].kind


@pytest.mark.parametrize("entry", [known("weights", "values differ"), known("weights", "missing after", "more")])
def test_a_changed_message_fails_and_says_what_to_correct(entry):
    outcome = expectations(entry).keeping(LOST, "weights")

    assert FAILED == outcome.kind
    assert "fails otherwise than known: correct the entry KnownFailure('*-savedmodel-bare', 'weights')" in outcome.why


def test_a_known_failure_that_passes_fails_and_says_what_to_delete():
    for outcome in (
        expectations(known("weights", "missing")).keeping(KEPT, "weights"),
        expectations(known("reload", "Unknown layer")).loading(KEPT),
    ):
        assert FAILED == outcome.kind
        assert outcome.why.startswith("passes, though it is a known failure: delete or narrow")


def test_with_a_checkpoint_a_known_failure_may_pass_but_not_fail_otherwise():
    lenient = Expectations([known("weights", "values differ")], HERE, strict=False)

    assert PASSED == lenient.keeping(KEPT, "weights").kind
    assert FAILED == lenient.keeping(LOST, "weights").kind


def test_a_known_failure_of_one_stage_hides_no_failure_of_another():
    outcome = expectations(known("save", "refuses")).loading(STOPPED)

    assert FAILED == outcome.kind


def test_what_is_not_promised_is_shown_and_skipped():
    case = Case(Recipe("recipe", "subject"), "weights_h5", "rebuild")
    lost = verdict_of(case, Difference("optimizer", "iteration", "0, but should be 4"))

    assert Outcome(
        SKIPPED, "weights_h5 does not promise to keep the optimizer (1 differences)"
    ) == expectations().keeping(lost, "optimizer")
    assert expectations().keeping(verdict_of(case), "optimizer").why.endswith("(kept)")


def test_what_could_not_be_observed_before_saving_is_skipped_with_the_reason():
    verdict = verdict_of(CASE, unseen={"config": Unseen("the model has no get_config")})

    assert Outcome(SKIPPED, "config not compared: the model has no get_config") == expectations().keeping(
        verdict, "config"
    )


def test_a_promised_aspect_that_is_out_of_sight_after_the_reload_fails():
    verdict = verdict_of(CASE, unseen={"config": Unseen("no get_config", before=False)})
    entry = known("config", "could not be observed after reload: no get_config")

    assert FAILED == expectations().keeping(verdict, "config").kind
    assert KNOWN == expectations(entry).keeping(verdict, "config").kind


def test_what_raised_before_saving_fails_though_nothing_is_lost():
    verdict = verdict_of(CASE, unseen={"config": Unseen("TypeError: not so", raised=True)})
    entry = known("config", "could not be observed before saving: TypeError: not so")

    assert () == verdict.lost
    assert FAILED == expectations().keeping(verdict, "config").kind
    assert KNOWN == expectations(entry).keeping(verdict, "config").kind


def test_what_needs_another_version_is_told():
    assert "export needs tensorflow>=2.13; this is 2.10.1" == unmet(Case(CASE.recipe, "export", "serving"), HERE)
    assert "recipe needs keras>=2.11; this is 2.10.0" == unmet(
        Case(Recipe("recipe", "subject", needs=("keras>=2.11",)), "savedmodel", "bare"), HERE
    )
