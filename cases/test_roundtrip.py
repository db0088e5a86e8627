"""The round trip of every cell, one test per aspect that it promises. Each cell is computed once."""

from __future__ import annotations

import pytest

from harness.nouns import (
    CLASS,
    COMPILE,
    CONFIG,
    EVALUATION,
    LOSSES,
    NAMES,
    OPTIMIZER,
    PRECISION,
    PREDICTIONS,
    RESAVE,
    RESUME,
    SIGNATURE,
    TOKENIZER,
    TRAINABLE,
    WARNINGS,
    WEIGHTS,
)


def test_it_loads(cell):
    cell.loads()


@pytest.mark.aspect(WEIGHTS)
def test_weights_survive(cell, aspect):
    cell.keeps(aspect)


@pytest.mark.aspect(CONFIG)
def test_config_survives(cell, aspect):
    cell.keeps(aspect)


@pytest.mark.aspect(CLASS)
def test_class_survives(cell, aspect):
    cell.keeps(aspect)


@pytest.mark.aspect(NAMES)
def test_names_survive(cell, aspect):
    cell.keeps(aspect)


@pytest.mark.aspect(PRECISION)
def test_precision_survives(cell, aspect):
    cell.keeps(aspect)


@pytest.mark.aspect(TRAINABLE)
def test_trainable_flags_survive(cell, aspect):
    cell.keeps(aspect)


@pytest.mark.aspect(COMPILE)
def test_compile_survives(cell, aspect):
    cell.keeps(aspect)


@pytest.mark.aspect(OPTIMIZER)
def test_optimizer_survives(cell, aspect):
    cell.keeps(aspect)


@pytest.mark.aspect(LOSSES)
def test_added_losses_survive(cell, aspect):
    cell.keeps(aspect)


@pytest.mark.aspect(PREDICTIONS)
def test_predictions_survive(cell, aspect):
    cell.keeps(aspect)


@pytest.mark.aspect(SIGNATURE)
def test_signature_survives(cell, aspect):
    cell.keeps(aspect)


@pytest.mark.aspect(TOKENIZER)
def test_tokenizer_survives(cell, aspect):
    cell.keeps(aspect)


@pytest.mark.aspect(EVALUATION)
def test_evaluation_survives(cell, aspect):
    cell.keeps(aspect)


@pytest.mark.aspect(RESUME)
def test_training_resumes(cell, aspect):
    cell.keeps(aspect)


@pytest.mark.aspect(RESAVE)
def test_it_can_be_saved_again(cell, aspect):
    cell.keeps(aspect)


@pytest.mark.aspect(WARNINGS)
def test_the_loader_says_nothing_unknown(cell, aspect):
    cell.keeps(aspect)
