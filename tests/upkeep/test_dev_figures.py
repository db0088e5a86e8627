from __future__ import annotations

from types import SimpleNamespace

import pytest
from results_of import result_of, written

from dev import figures
from dev.figures import Figures, as_table, read_figures
from harness.environments.table import Row
from harness.nouns import HarnessError


def row(name):
    return Row(name, "3.11", "2", (), "keras", "each", "versions", "")


COUNTS = {"passed": 30, "failed": 1, "error": 1, "skipped": 4, "xfailed": 5}
VERSIONS = {"tensorflow": "2.21.0", "tf-keras": "2.21.0", "keras": "3.1", "python": "3.11.7"}


def test_the_last_runs_are_read_in_the_order_of_the_rows(tmp_path):
    for name in ("b", "a"):
        (tmp_path / name).mkdir()
        Figures(name, "2026-01-02", "each", 7, 61, COUNTS, VERSIONS).write(tmp_path / name)
    found = read_figures(tmp_path, [row("a"), row("absent"), row("b")])

    assert ["a", "b"] == [each.row for each in found]
    assert (
        "| a | 2.21.0 | 2.21.0 | - | 3.11.7 | 7 (each) | 30 | 4 | 5 | 2 | 61 | 2026-01-02 |"
        == as_table(found).splitlines()[2]
    )


def test_that_nothing_was_run_is_one_sentence(tmp_path):
    with pytest.raises(HarnessError, match=r"no row was run there; run tox -m versions first"):
        read_figures(tmp_path, [row("a")])


VERSIONS_SEEN = {"tensorflow": "2.21.0", "python": "3.11.7"}


def results(tmp_path, cells):
    """Those of a run."""
    written(
        tmp_path / "results.jsonl",
        *(result_of(f"recipe{n}", "savedmodel", "bare", versions=VERSIONS_SEEN) for n in range(cells)),
    )


def session(tmp_path, items, **options):
    """pytest's, of a run that passed two tests and failed one."""
    settings = {"row": "tf221", "keyword": "", "only": "", "shard": "", "matrix": "each", **options}
    reporter = SimpleNamespace(stats={"passed": [1, 2], "failed": [3]})
    config = SimpleNamespace(
        option=SimpleNamespace(results=str(tmp_path / "results.jsonl"), **settings),
        stash=pytest.Stash(),
        pluginmanager=SimpleNamespace(get_plugin=lambda name: reporter),
    )
    return SimpleNamespace(config=config, items=[SimpleNamespace(fixturenames=each) for each in items])


def run(session):
    figures.pytest_collection_finish(session)
    figures.pytest_sessionfinish(session)


def test_a_run_of_a_row_leaves_its_figures_beside_its_results(tmp_path):
    results(tmp_path, 2)
    run(session(tmp_path, [["tmp_path"], ["cell"]]))

    (found,) = read_figures(tmp_path.parent, [row(tmp_path.name)])
    assert ("tf221", "each", 2) == (found.row, found.matrix, found.cells)
    assert {"passed": 2, "failed": 1, "error": 0, "skipped": 0, "xfailed": 0} == found.counts
    assert VERSIONS_SEEN == found.versions


@pytest.mark.parametrize(
    ("items", "options"),
    [
        pytest.param([["tmp_path"]], {}, id="no cell"),
        pytest.param([["cell"]], {"row": ""}, id="no row"),
        pytest.param([["cell"]], {"keyword": "bare"}, id="a part of it, by -k"),
        pytest.param([["cell"]], {"only": "loader=bare"}, id="a part of it, by --only"),
        pytest.param([["cell"]], {"shard": "1/2"}, id="a part of it, by --shard"),
    ],
)
def test_what_is_no_run_of_a_row_leaves_none(tmp_path, items, options):
    results(tmp_path, 1)
    run(session(tmp_path, items, **options))

    assert not (tmp_path / "figures.json").exists()


def test_a_run_that_computed_nothing_leaves_none(tmp_path):
    run(session(tmp_path, [["cell"]]))
    results(tmp_path, 0)
    run(session(tmp_path, [["cell"]]))

    assert not (tmp_path / "figures.json").exists()
