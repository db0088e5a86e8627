from __future__ import annotations

import pytest
from results_of import result_of, written

from harness.entry.commands.report import GROWTH
from harness.gate.changes import changes
from harness.gate.merged import merged
from harness.nouns import OPTIMIZER, HarnessError
from harness.page.against import against
from harness.page.from_results import run
from harness.page.runs import whole
from harness.verdict import Difference

LOST = Difference(OPTIMIZER, "iterations", "0, but should be 4")


def of(name, *differences):
    return result_of(name, "savedmodel", "bare", *differences)


def read(path, *results, **header):
    return written(path, *results, **header).read()


def test_what_is_other_than_in_the_base_stands_by_its_kind_with_a_way_to_its_cell(tmp_path):
    now = read(tmp_path / "now.jsonl", of("a", LOST), of("b"), of("new"), row="row")
    base = read(tmp_path / "base.jsonl", of("a"), of("b", LOST), of("gone"), row="row")
    found = against(changes(merged([now]), merged([base]), GROWTH), [run(now, "row")], "base.jsonl")

    assert [
        ("newly lost", ["rows/row.html#a-savedmodel-bare"]),
        ("gone", [""]),
        ("newly kept", ["rows/row.html#b-savedmodel-bare"]),
        ("new", ["rows/row.html#new-savedmodel-bare"]),
    ] == [(kind.word, [each.address for each in kind.found]) for kind in found.kinds]


def test_nothing_is_other_than_in_the_same_run(tmp_path):
    now = read(tmp_path / "now.jsonl", of("a", LOST))

    assert () == against(changes(merged([now]), merged([now]), GROWTH), [run(now, "x")], "itself").kinds


def test_runs_without_a_row_have_their_cells_too(tmp_path):
    runs = [read(tmp_path / f"{keras}.jsonl", of("a", LOST), keras=keras) for keras in "23"]
    bases = [read(tmp_path / f"base{keras}.jsonl", of("a"), keras=keras) for keras in "23"]
    shown = [run(each, f"keras{each.header.keras}") for each in runs]
    (lost,) = against(changes(merged(runs), merged(bases), GROWTH), shown, "base").kinds

    assert ["rows/keras2.html#a-savedmodel-bare", "rows/keras3.html#a-savedmodel-bare"] == [
        each.address for each in lost.found
    ]


def test_shards_are_one_run_and_a_missing_one_is_told(tmp_path):
    parts = [
        read(tmp_path / f"{number}.jsonl", of(name), intended=[of(name)], shard=f"{number}/2", whole="digest")
        for number, name in ((1, "a"), (2, "b"))
    ]
    alone = read(tmp_path / "alone.jsonl", of("c"), matrix="each")
    joined, other = whole([parts[0], alone, parts[1]])

    assert ["a-savedmodel-bare", "b-savedmodel-bare"] == [each.name for each in joined.results]
    assert () == joined.missing
    assert alone == other
    with pytest.raises(HarnessError, match=r"^shard 2/2 is missing; expected all 2 of the run"):
        whole([parts[0], alone])


def test_models_of_ones_own_are_one_run_where_they_were_tried_with_the_same_versions(tmp_path):
    def model(name, seed, **header):
        result = result_of("m", "savedmodel", "bare", model=name)
        return read(tmp_path / f"{name}{seed}.jsonl", result, intended=[result], hash_seed=seed, **header)

    first, second = model("a.py", 7), model("b.py", 8)
    both, elsewhere = whole([first, model("a.py", 9, keras="3"), second])

    assert ["m-savedmodel-bare of a.py", "m-savedmodel-bare of b.py"] == [each.name for each in both.results]
    assert ((), 0) == (both.missing, both.header.hash_seed)
    assert 9 == elsewhere.header.hash_seed
