"""What the commands of dev/ have in common."""

from __future__ import annotations

import pytest

from dev import costs, environments, gold, own_models, pages


@pytest.mark.parametrize("command", [costs, environments, gold, own_models, pages], ids=lambda each: each.__name__)
def test_help_shows_an_example(capsys, command):
    with pytest.raises(SystemExit, match="0"):
        command.main(["--help"])
    out = capsys.readouterr().out

    assert f"usage: python -m {command.__name__} " in out
    assert f"python -m {command.__name__}" in out.partition("example")[2]


def test_gold_records_of_a_row_that_there_is_not_are_one_sentence(capsys):
    assert 3 == gold.main(["tf99", "--because", "a test"])
    said = capsys.readouterr().err

    assert said.startswith("gold: there is no row 'tf99' in environments.toml; it has tf25, ")
    assert 1 == said.count("\n")


def test_costs_without_results_are_one_sentence(capsys, tmp_path):
    assert 2 == costs.main([str(tmp_path / "none.jsonl")])
    assert capsys.readouterr().err.startswith(f"costs: {tmp_path}/none.jsonl: no results there; run pytest cases first")
