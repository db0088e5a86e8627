from __future__ import annotations

import pytest
from results_of import result_of, written

from harness.nouns import CONFIG, OPTIMIZER, Difference, HarnessError
from harness.page import states
from harness.page.changes import against, pairs
from harness.page.view import run
from harness.suite.expectations import FAILED, KNOWN, Outcome

LOST = Difference(OPTIMIZER, "iterations", "0, but should be 4")
CONFIGURED = Difference(CONFIG, "name", "changed")


def shown(tmp_path, *results, name="row"):
    return run(written(tmp_path / "results.jsonl", *results).read(), name)


def test_only_what_came_out_otherwise_is_told_what_asks_for_somebody_first(tmp_path):
    known, new = {CONFIG: Outcome(KNOWN)}, {OPTIMIZER: Outcome(FAILED)}
    base = shown(
        tmp_path,
        *(result_of(name, "savedmodel", "bare") for name in ("same", "worse", "known", "gone")),
    )
    head = shown(
        tmp_path,
        result_of("same", "savedmodel", "bare"),
        result_of("known", "savedmodel", "bare", CONFIGURED, outcomes=known),
        result_of("worse", "savedmodel", "bare", LOST, CONFIGURED, outcomes={**known, **new}),
        result_of("new", "savedmodel", "bare"),
    )
    found = against(head, base)

    assert ["worse-savedmodel-bare", "known-savedmodel-bare"] == [each.cell.id for each in found.cells]
    assert (
        (OPTIMIZER, states.KEPT, states.LOST),
        (CONFIG, states.KEPT, states.KNOWN_LOSS),
    ) == found.cells[0].states
    assert "optimizer['iterations']: 0, but should be 4" == found.cells[0].line
    assert ["new-savedmodel-bare"] == [each.id for each in found.new]
    assert ("gone-savedmodel-bare",) == found.gone
    assert 1 == found.same
    assert "2026-01-02 03:04 UTC" == found.base


def test_a_run_against_itself_shows_nothing(tmp_path):
    same = shown(tmp_path, result_of("m", "savedmodel", "bare", LOST))

    assert ((), 1) == (against(same, same).cells, against(same, same).same)


def test_runs_without_a_common_cell_are_one_sentence(tmp_path):
    one, other = (shown(tmp_path, result_of(name, "savedmodel", "bare")) for name in ("a", "b"))

    with pytest.raises(HarnessError, match=r"^--base: of the 1 cells that it has, row has none; expected a run of"):
        against(one, other)


def test_rows_find_their_base_by_name(tmp_path):
    a, b, c = (shown(tmp_path, result_of("m", "savedmodel", "bare"), name=name) for name in "abc")

    assert [(a, b)] == pairs([a], [b])
    assert [(b, b)] == pairs([a, b], [c, b])
    assert [] == pairs([a], [])
    with pytest.raises(HarnessError, match=r"^--base: is of b, c, and the results of a; expected a row in common"):
        pairs([a], [b, c])
