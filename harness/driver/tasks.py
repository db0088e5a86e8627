"""What a plan begins with, and which agents it needs."""

from __future__ import annotations

from typing import Mapping, Sequence

from harness.driver.loading import Loading, Trip, crossing
from harness.driver.plans import Load, Plan, RoundTrip, Save, cases_of
from harness.driver.steps import Task
from harness.driver.training import Training
from harness.environment import TRAINING, Environment, profile_of
from harness.nouns import Case, Recipe
from harness.verdict import Verdict


def first_tasks(plan: Plan, environment: Environment) -> list[Task]:
    """What a plan begins with."""
    if isinstance(plan, Load):
        trips = [
            Trip(Verdict(case, versions=environment.deciding, record=str(path)), path, False, plan.compiled)
            for case, path in plan.records.items()
        ]
        return [Loading(trip, trip.verdict.case, trip.record) for trip in trips]
    recipes: dict[str, Recipe] = {}
    formats: dict[str, dict[str, list[Case]]] = {}
    for case in plan.cases:
        recipes[case.recipe.id] = case.recipe
        formats.setdefault(case.recipe.id, {}).setdefault(case.format, []).append(case)
    return [
        Training(recipe, formats[id], plan, _others(formats[id], plan, environment)) for id, recipe in recipes.items()
    ]


def _others(cells: Mapping[str, Sequence[Case]], plan: Save | RoundTrip, environment: Environment) -> list[str]:
    """Formats that no cell of a recipe has, and that what is loaded is saved in."""
    if isinstance(plan, Save) or not plan.resave:
        return []
    found = dict.fromkeys(crossing(case, environment) for cases in cells.values() for case in cases)
    return [format for format in found if format and format not in cells]


def profiles_of(plan: Plan) -> set[str]:
    """The profiles of all agents that a plan needs, sooner or later."""
    cases = cases_of(plan)
    training = {TRAINING} if cases and not isinstance(plan, Load) else set()
    return training | {profile_of(case.loader) for case in cases if not isinstance(plan, Save)}
