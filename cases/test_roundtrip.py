"""The round trip of every cell, one test per aspect. Each cell is computed once."""

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


def test_weights_survive(cell):
    cell.keeps(WEIGHTS)


def test_config_survives(cell):
    cell.keeps(CONFIG)


def test_class_survives(cell):
    cell.keeps(CLASS)


def test_names_survive(cell):
    cell.keeps(NAMES)


def test_precision_survives(cell):
    cell.keeps(PRECISION)


def test_trainable_flags_survive(cell):
    cell.keeps(TRAINABLE)


def test_compile_survives(cell):
    cell.keeps(COMPILE)


def test_optimizer_survives(cell):
    cell.keeps(OPTIMIZER)


def test_added_losses_survive(cell):
    cell.keeps(LOSSES)


def test_predictions_survive(cell):
    cell.keeps(PREDICTIONS)


def test_signature_survives(cell):
    cell.keeps(SIGNATURE)


def test_tokenizer_survives(cell):
    cell.keeps(TOKENIZER)


def test_evaluation_survives(cell):
    cell.keeps(EVALUATION)


def test_training_resumes(cell):
    cell.keeps(RESUME)


def test_it_can_be_saved_again(cell):
    cell.keeps(RESAVE)


def test_the_loader_says_nothing_unknown(cell):
    cell.keeps(WARNINGS)
