from __future__ import annotations

import pytest

from harness.environments.figures import Figures, as_table, read_figures
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
