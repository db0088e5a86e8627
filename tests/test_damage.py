"""Each stage is broken on purpose, in real processes with TensorFlow: exactly the right aspects must turn red."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.case import CODE, COMPILE, CONFIG, EVALUATION, OPTIMIZER, PREDICTIONS, REBUILD, WEIGHTS, Case, Recipe
from harness.environment import Environment
from harness.expect import FAILED, Expectations
from harness.run import Run, Settings

pytestmark = pytest.mark.skipif("tensorflow" not in Environment().versions, reason="TensorFlow is not installed")

TOY = Recipe("toy", "toy")

#: damage -> the aspects that it must turn red, and no other.
CAUGHT = {
    "CONTROL": set(),
    "COMPILED_BY_FUNCTION": set(),
    "USED": set(),
    "SAVED_AGAIN": set(),
    "ZEROED_BIAS": {WEIGHTS, PREDICTIONS, EVALUATION},
    "PLANTED_NAN": {WEIGHTS, PREDICTIONS, EVALUATION},
    "PERMUTED_CLASSES": {WEIGHTS, PREDICTIONS, EVALUATION},
    "ITERATIONS_RESET": {OPTIMIZER},
    "SLOTS_ZEROED": {OPTIMIZER},
    "OTHER_EPSILON": {OPTIMIZER},
    "FROM_LOGITS": {COMPILE},  # Keras sees that a softmax was the last op, and evaluates its logits either way
    "LOSS_WEIGHTS": {COMPILE, EVALUATION},
    "STEPS_PER_EXECUTION": {COMPILE},
    "FROZEN_LAYER": {CONFIG},
    "OTHER_ACTIVATION": {CONFIG, PREDICTIONS, EVALUATION},
    "RENAMED_OUTPUT": {CONFIG, PREDICTIONS},
    "FRESH_MODEL": {WEIGHTS, PREDICTIONS, EVALUATION, OPTIMIZER},
    "SWAPPED_KERNELS": {WEIGHTS, PREDICTIONS, EVALUATION},
    "ONE_ULP": {WEIGHTS},
    "LOWER_RATE": {OPTIMIZER},
    "OTHER_DROPOUT": {CONFIG},
    "OTHER_METRIC": {COMPILE, EVALUATION},
    "NOT_COMPILED": {COMPILE, OPTIMIZER, EVALUATION},
    "NO_OPTIMIZER": {COMPILE, OPTIMIZER, EVALUATION},
    "NEVER_RESTORES": {WEIGHTS, PREDICTIONS, EVALUATION},
}
STOPPED = {
    "REFUSES": ("save", "ValueError: this format refuses every model"),
    "CRASH": ("reload", "crashed: SIGABRT"),
}


UNTRAINED = Case(Recipe("untrained", "toy_untrained"), "whole_h5", CODE)
FROZEN = Case(Recipe("frozen", "toy_frozen"), "damage:FRESH_MODEL", CODE)


def case(damage):
    return Case(TOY, f"damage:{damage}", REBUILD if damage == "NEVER_RESTORES" else CODE)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("damage")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent))
        cases = [*(case(each) for each in (*CAUGHT, *STOPPED)), UNTRAINED, FROZEN]
        run = Run(cases, Environment(), Settings(folder / "records", folder))
        yield run.start()
        run.close()


@pytest.mark.parametrize("damage", CAUGHT)
def test_exactly_the_right_aspects_turn_red(run, damage):
    verdict = run.verdict(case(damage))
    expectations = Expectations([], Environment())
    aspects = (WEIGHTS, CONFIG, COMPILE, OPTIMIZER, PREDICTIONS, EVALUATION)

    assert "" == verdict.failure
    assert CAUGHT[damage] == {each for each in aspects if expectations.keeping(verdict, each).kind == FAILED}


@pytest.mark.parametrize("damage", STOPPED)
def test_a_stage_that_breaks_is_named(run, damage):
    verdict = run.verdict(case(damage))

    assert STOPPED[damage] == (verdict.stage, verdict.failure)


def test_a_training_that_moves_nothing_proves_nothing(run):
    verdict = run.verdict(UNTRAINED)

    assert "train" == verdict.stage
    assert "training moved no weight at all, so there is nothing to save and reload" in verdict.failure


def test_a_fresh_model_is_told_even_by_the_weights_that_training_left_alone(run):
    frozen = [each.name for each in run.verdict(FROZEN).about(WEIGHTS) if each.name.startswith("first/")]

    assert ["first/kernel:0", "first/bias:0"] == frozen
