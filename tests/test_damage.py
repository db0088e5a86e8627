"""Each damage, in real processes with TensorFlow, turns exactly its aspects red; each control turns none."""

from __future__ import annotations

import damages
import pytest
from damages import CONTROLS, DAMAGES, KERAS_3, LEGACY, STOPPED, weights
from damages.damage import Damage, Damaged
from damages.table import PAGE, page
from places import PYTHONPATH

from harness.driver.plans import RoundTrip
from harness.driver.run import Run
from harness.driver.settings import Settings
from harness.formats import find_format
from harness.nouns import ASPECTS, CODE, WEIGHTS, Case, Recipe
from harness.processes.fleet import Fleet
from harness.suite.expectations import FAILED, Expectations, unmet
from harness.verdicts.wording import report

UNTRAINED = Case(Recipe("untrained", "toy_untrained"), "whole_h5", CODE)
FROZEN = Damage(weights.model_fresh, toy="toy_frozen").case


@pytest.fixture(scope="module")
def verdict(request, tmp_path_factory, environment):
    """The verdict of a case. All that were asked for are reached first, what is saved again in a run of its own."""
    if "tensorflow" not in environment.versions:
        pytest.skip("TensorFlow is not installed")
    folder = tmp_path_factory.mktemp("damage")
    asked = [item.callspec.params.get("damage") for item in request.session.items if hasattr(item, "callspec")]
    here = [each for each in (*DAMAGES, *CONTROLS, *STOPPED) if each in asked and not unmet(each.case, environment)]
    found = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", PYTHONPATH)
        # Training leaves files where its author works, and at home.
        for place in ("author", "home"):
            (folder / place).mkdir()
        patch.chdir(folder / "author")
        patch.setenv("HOME", str(folder / "home"))
        fleet = Fleet(environment.without_library(), folder)
        for again in (False, True):
            cases = [each.case for each in here if each.again is again] + [UNTRAINED, FROZEN] * (not again)
            with Run([RoundTrip(tuple(cases), resave=again)], environment, Settings(folder), fleet) as verdicts:
                found.update({verdict.case: verdict for verdict in verdicts})
        fleet.close()
    return found.__getitem__


def lit(verdict, environment):
    expectations = Expectations([], environment)
    return {aspect for aspect in ASPECTS if expectations.keeping(verdict, aspect).kind == FAILED}


@pytest.mark.parametrize("damage", [*DAMAGES, *CONTROLS], ids=str)
def test_exactly_the_right_aspects_turn_red(verdict, damage, environment):
    if unmet(damage.case, environment):
        pytest.skip(unmet(damage.case, environment))
    judged = verdict(damage.case)

    assert "" == judged.failure
    assert set(damage.lights) == lit(judged, environment), report(judged)
    assert set(damage.causes) == {each.cause for each in judged.causes}


@pytest.mark.parametrize("damage", STOPPED, ids=str)
def test_a_stage_that_breaks_is_named(verdict, damage, environment):
    if unmet(damage.case, environment):
        pytest.skip(unmet(damage.case, environment))
    judged, (stage, failure) = verdict(damage.case), STOPPED[damage]

    assert stage == judged.stage
    assert failure in judged.failure


def test_a_training_that_moves_nothing_proves_nothing(verdict):
    judged = verdict(UNTRAINED)

    assert "train" == judged.stage
    assert "training moved neither a weight nor a prediction, so there is nothing to save" in judged.failure


def test_a_fresh_model_is_told_even_by_the_weights_that_training_left_alone(verdict):
    frozen = [each.name.partition(":")[0] for each in verdict(FROZEN).about(WEIGHTS) if each.name.startswith("first/")]

    # The bias was zero before, and is again: nothing is lost.
    assert ["first/kernel"] == frozen


@pytest.mark.parametrize("aspect", ASPECTS)
def test_every_aspect_is_lit_alone_by_some_damage_with_any_keras(aspect):
    alone = [each for each in DAMAGES if {aspect} == set(each.lights)]

    assert any(each.needs != KERAS_3 for each in alone)
    assert any(each.needs != LEGACY for each in alone)


def test_damages_light_something_and_controls_nothing():
    assert [] == [str(each) for each in DAMAGES if not each.lights]
    assert [] == [str(each) for each in CONTROLS if each.lights]


def test_every_format_with_a_vice_is_in_the_table_and_found_by_its_name():
    listed = {each.case.format: each.format for each in (*DAMAGES, *CONTROLS, *STOPPED)}
    modules = [each for each in vars(damages).values() if getattr(each, "__name__", "").startswith("damages.")]
    written = {
        f"{module.__name__}:{name}"
        for module in modules
        for name, format in vars(module).items()
        if isinstance(format, Damaged)
    }

    assert written == set(listed)
    assert all(find_format(name) is format for name, format in listed.items())


def test_the_page_is_what_the_table_says():
    assert page() == PAGE.read_text(encoding="utf-8"), "run in tests/: python -m damages.table"
