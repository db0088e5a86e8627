from __future__ import annotations

import pytest
from verdict_of import verdict_of

from harness.nouns import CONFIG, OPTIMIZER, PREDICTIONS, RELOAD, SAVE, STAGES, TRAIN, WEIGHTS, Case, Recipe
from harness.verdict import Difference, Unseen
from harness.verdicts.wording import named, report

CASE = Case(Recipe("mean_pool-focal", "cases.recipes:tiny"), "h5", "library")
VERSIONS = {"tensorflow": "2.21.0", "tf-keras": "2.21.0", "transformers": "4.57.6", "python": "3.11.7"}
VERSIONS_LINE = "  tensorflow 2.21.0, tf-keras 2.21.0, transformers 4.57.6, python 3.11.7"

BIAS = Difference(WEIGHTS, "logits/bias:0", "missing after reload")
KERNEL = Difference(WEIGHTS, "logits/kernel:0", "shape is (2, 3), but should be (3, 2)")
ITERATIONS = Difference(OPTIMIZER, "iterations", "0, but should be 4 (off by 4, allowed 0)")
LOGITS = Difference(PREDICTIONS, "same", "dtype is float16, but should be float32")


def verdict(*differences, **facts):
    return verdict_of(CASE, *differences, **{"versions": VERSIONS, **facts})


def first_line(text):
    return text.splitlines()[0]


def test_a_report_has_the_case_the_versions_and_each_difference():
    assert [
        "mean_pool-focal-h5-library: weights changed after the round trip (2 differences)",
        VERSIONS_LINE,
        "  weights['logits/bias:0']: missing after reload",
        "  weights['logits/kernel:0']: shape is (2, 3), but should be (3, 2)",
    ] == report(verdict(BIAS, KERNEL)).splitlines()


@pytest.mark.parametrize(
    ("differences", "happened"),
    [
        pytest.param([BIAS], "weights changed after the round trip (1 difference)", id="one"),
        pytest.param([BIAS, LOGITS], "weights and predictions changed after the round trip (2 differences)", id="two"),
        pytest.param(
            [BIAS, KERNEL, ITERATIONS, LOGITS],
            "weights, optimizer and predictions changed after the round trip (4 differences)",
            id="three",
        ),
        pytest.param([], "nothing changed after the round trip", id="none"),
    ],
)
def test_the_first_line_says_what_happened(differences, happened):
    assert f"mean_pool-focal-h5-library: {happened}" == first_line(report(verdict(*differences)))


RAISES = Unseen("TypeError: missing a required argument: 'type_ids'", before=False, raised=True)


def test_what_raises_after_the_reload_is_told_from_what_differs():
    told = report(verdict(BIAS, unseen={PREDICTIONS: RAISES}))

    assert [
        "mean_pool-focal-h5-library: weights changed and predictions raised after the round trip (2 differences)",
        VERSIONS_LINE,
        "  weights['logits/bias:0']: missing after reload",
        "  predictions: raises after the reload: TypeError: missing a required argument: 'type_ids'",
    ] == told.splitlines()


def test_a_list_of_lost_aspects_says_which_raise():
    lost = verdict(BIAS, unseen={PREDICTIONS: RAISES, CONFIG: Unseen("it has none", before=False)})

    assert "weights, config, predictions (raises)" == named(lost, lost.lost)
    assert "-" == named(lost, [])


def test_a_report_about_one_aspect_is_silent_about_the_others():
    told = report(verdict(BIAS, ITERATIONS, unseen={CONFIG: Unseen("it has none")}), OPTIMIZER)

    assert [
        "mean_pool-focal-h5-library: optimizer changed after the round trip (1 difference)",
        VERSIONS_LINE,
        "  optimizer['iterations']: 0, but should be 4 (off by 4, allowed 0)",
    ] == told.splitlines()


def test_a_report_about_an_aspect_that_did_not_change():
    assert [
        "mean_pool-focal-h5-library: predictions did not change after the round trip",
        VERSIONS_LINE,
    ] == report(verdict(BIAS), PREDICTIONS).splitlines()


def test_a_report_about_an_aspect_that_could_not_be_compared():
    assert [
        "mean_pool-focal-h5-library: config could not be compared",
        VERSIONS_LINE,
        "  config: not compared: no get_config",
    ] == report(verdict(BIAS, unseen={CONFIG: Unseen("no get_config")}), CONFIG).splitlines()


def test_what_could_not_be_compared_is_never_passed_over():
    unseen = {CONFIG: Unseen("no get_config", before=False), OPTIMIZER: Unseen("not compiled")}

    assert [
        "mean_pool-focal-h5-library: nothing changed after the round trip,"
        " but config and optimizer could not be compared",
        VERSIONS_LINE,
        "  config: not compared: no get_config",
        "  optimizer: not compared: not compiled",
    ] == report(verdict(unseen=unseen, promised={WEIGHTS})).splitlines()


def test_what_is_promised_and_out_of_sight_after_the_reload_has_changed():
    assert [
        "mean_pool-focal-h5-library: config changed after the round trip (1 difference)",
        VERSIONS_LINE,
        "  config: could not be observed after reload: no get_config",
    ] == report(verdict(unseen={CONFIG: Unseen("no get_config", before=False)})).splitlines()


@pytest.mark.parametrize(
    ("count", "last"),
    [
        pytest.param(10, "  weights['w9']: missing after reload", id="all"),
        pytest.param(11, "  and 1 more of the weights", id="one-too-many"),
        pytest.param(33, "  and 23 more of the weights", id="many"),
    ],
)
def test_at_most_ten_differences_are_shown(count, last):
    many = [Difference(WEIGHTS, f"w{number}", "missing after reload") for number in range(count)]
    lines = report(verdict(*many)).splitlines()

    assert f"mean_pool-focal-h5-library: weights changed after the round trip ({count} differences)" == lines[0]
    assert last == lines[-1]
    assert 2 + min(count, 11) == len(lines)


def test_every_aspect_that_changed_has_its_share_of_the_lines():
    many = [
        Difference(aspect, f"x{number}", "missing after reload")
        for aspect in (WEIGHTS, OPTIMIZER, PREDICTIONS)
        for number in range(5)
    ]
    lines = report(verdict(*many)).splitlines()[2:]

    assert ["weights", "weights", "weights", "and 2 more of the weights"] == [
        line.strip().partition("[")[0] for line in lines[:4]
    ]
    assert 12 == len(lines)


def test_aspects_with_one_reason_share_a_line():
    told = report(verdict(unseen={CONFIG: Unseen("none"), OPTIMIZER: Unseen("none"), WEIGHTS: Unseen("other")}))

    assert [
        "  weights: not compared: other",
        "  config and optimizer: not compared: none",
    ] == told.splitlines()[2:]


@pytest.mark.parametrize(
    ("stage", "happened"),
    [(TRAIN, "did not train"), (SAVE, "trained, but did not save"), (RELOAD, "saved, but did not reload")],
)
def test_a_stopped_verdict_says_how_far_it_came_and_why(stage, happened):
    stopped = verdict(stage=stage, failure="ValueError: Unknown loss function: 'FocalLoss'", log="logs/h5.log")

    assert [
        f"mean_pool-focal-h5-library: {happened}: ValueError: Unknown loss function: 'FocalLoss'",
        VERSIONS_LINE,
        "  log: logs/h5.log",
    ] == report(stopped).splitlines()
    assert report(stopped) == report(stopped, WEIGHTS)


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_words(stage):
    assert first_line(report(verdict(stage=stage))).startswith("mean_pool-focal-h5-library: ")


def test_a_long_failure_is_cut():
    failure = "\n".join(f"line {number}" for number in range(1, 9))

    first, _, *others = report(verdict(stage=RELOAD, failure=failure)).splitlines()
    assert first.endswith(": line 1")
    assert [*(f"  line {number}" for number in range(2, 7)), "  …"] == others


def test_what_is_wrong_stands_before_what_stands_around_it():
    deep = "NameError: Exception encountered when calling layer 'a' (type A).\n\nname 'tfp' is not defined"
    first, _, second, *_ = report(verdict(stage=SAVE, failure=deep)).splitlines()

    assert first.endswith(": NameError: name 'tfp' is not defined (in 'a' (type A))")
    assert "  " + deep.splitlines()[0] == second
    first, _, *others = report(verdict(stage=SAVE, failure="ValueError: no 'mine'. Please\nSee also")).splitlines()
    assert first.endswith(": ValueError: no 'mine'. Please")
    assert ["  See also"] == others


def test_a_wide_failure_is_cut():
    wide = report(verdict(stage=RELOAD, failure="ValueError: " + "x" * 1000))
    assert first_line(wide).endswith(": ValueError: " + "x" * 228 + "…")


def test_a_failure_that_says_nothing_is_only_its_stage():
    assert 2 == len(report(verdict(stage=RELOAD, failure="\n")).splitlines())


def test_unknown_versions_are_called_so():
    assert "  versions unknown" == report(verdict(versions={})).splitlines()[1]
