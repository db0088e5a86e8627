from __future__ import annotations

from pathlib import Path

from harness.driver.tasks import Cell, Reloading
from harness.environment import Environment
from harness.nouns import CODE, Case, Recipe, Verdict

CASE = Case(Recipe("toy", "tests.toy"), "whole_h5", CODE)


def test_what_was_loaded_is_saved_in_another_format_where_that_is_one():
    def words(versions):
        cell = Cell(Verdict(CASE), Environment(versions))
        return [word for _, word in Reloading(cell, CASE, Path("record")).again().values()]

    assert ["load 2", "as dot_keras"] == words({"tensorflow": "2.13.1", "keras": "2.13.1"})
    assert ["load 2"] == words({"tensorflow": "2.12.1", "keras": "2.12.0"})
