"""The round trip of every cell, one test per aspect. Each cell is computed once."""

from harness.case import COMPILE, CONFIG, EVALUATION, OPTIMIZER, PREDICTIONS, WEIGHTS


def test_it_loads(cell):
    cell.loads()


def test_weights_survive(cell):
    cell.keeps(WEIGHTS)


def test_config_survives(cell):
    cell.keeps(CONFIG)


def test_compile_survives(cell):
    cell.keeps(COMPILE)


def test_optimizer_survives(cell):
    cell.keeps(OPTIMIZER)


def test_predictions_survive(cell):
    cell.keeps(PREDICTIONS)


def test_evaluation_survives(cell):
    cell.keeps(EVALUATION)
