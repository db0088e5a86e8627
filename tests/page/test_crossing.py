from __future__ import annotations

import json
from dataclasses import replace

import pytest
from environments.test_cross_tables import CROSSED

from harness.environments.cross import joined
from harness.environments.cross_tables import as_json, read_json
from harness.nouns import HarnessError
from harness.page.crossing import ABSENT, PARTLY, REFUSED, WHOLE, WRONG, crossing


@pytest.fixture
def read(tmp_path):
    path = tmp_path / "crossed.json"
    path.write_text(as_json(CROSSED), encoding="utf-8")
    return read_json(path)


def test_what_was_written_is_read_as_it_was(read):
    assert as_json(CROSSED) == as_json(read)


def test_the_parts_of_a_crossing_are_the_whole(read):
    parts = [
        replace(read, loads=[load for load in read.loads if load.producer == producer]) for producer in ("old", "new")
    ]

    assert crossing(read) == crossing(joined(parts))
    assert {"old": "why", **read.broken} == joined([*parts, replace(read, broken={"old": "why"}, loads=[])]).broken


def test_a_grid_for_each_way_with_a_square_for_each_pair(read):
    found = crossing(read)
    ((recipe, grids),) = found.recipes
    first = grids[0]

    assert ("model", "2026-01-02") == (recipe, found.day)
    assert ["savedmodel-bare", "savedmodel-bare, compile=False", "export-serving"] == [grid.way for grid in grids]
    assert ("old", "new") == first.consumers
    states = {producer: [square.state for square in squares] for producer, squares in first.lines}
    assert {"old": [WHOLE, PARTLY], "new": [REFUSED, WRONG]} == states
    assert [WHOLE, ABSENT] == [square.state for square in grids[1].lines[0][1]]


def test_a_square_leads_to_its_note_and_to_what_works_instead(read):
    found = crossing(read)
    refused = found.recipes[0][1][0].lines[1][1][0]

    assert "reload: TypeError: no | such argument" == found.notes[refused.note - 1]
    assert "compile=False" == refused.instead
    assert "new.old.model-savedmodel-bare" == refused.anchor


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (None, "cannot be read (No such file or directory)"),
        ("torn {", "no crossing of this harness (JSONDecodeError: "),
        ("[]", "no crossing of this harness (TypeError: "),
        (json.dumps({"loads": [{"schema": 2}]}), "no crossing of this harness (KeyError: "),
    ],
)
def test_what_is_no_crossing_is_one_sentence(tmp_path, text, why):
    path = tmp_path / "crossed.json"
    if text is not None:
        path.write_text(text)

    with pytest.raises(HarnessError) as raised:
        read_json(path)
    assert why in str(raised.value)
    assert "expected what `python -m harness cross --json" in str(raised.value)
