"""Results for tests, and files of them."""

from __future__ import annotations

from dataclasses import replace

from verdict_of import verdict_of

from harness.nouns import Case, Recipe
from harness.report.header import Header
from harness.report.result import Result
from harness.report.results import Results
from harness.report.results_file import ResultsFile

HEADER = Header("2026-01-02T03:04:05+00:00", "0.1.0", "", "", "", "2", 7, {"tensorflow": "2.21.0"})


def result_of(recipe, format, loader, *differences, model="", outcomes=None, **facts):
    """A result, of which everything was kept but for what is given."""
    verdict = verdict_of(Case(Recipe(recipe, ""), format, loader), *differences, **facts)
    return Result(verdict, outcomes or {}, model)


def written(path, *results, intended=None, **header):
    """A file of results; the run was to compute these, or what is said."""
    names = () if intended is None else tuple(each.name for each in intended)
    with ResultsFile.new(path, replace(HEADER, intended=names, **header)) as file:
        for result in results:
            file.append(result)
    return Results(path)
