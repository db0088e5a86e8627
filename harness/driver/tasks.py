"""What a plan begins with, and which agents it needs."""

from __future__ import annotations

from harness.driver.loading import Loading, Trip
from harness.driver.plans import Load, Plan, Save, cases_of
from harness.driver.steps import Task
from harness.driver.training import Training
from harness.environment import TRAINING, Environment, profile_of
from harness.nouns import Case, Recipe, Verdict


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
    return [Training(recipe, formats[id], plan) for id, recipe in recipes.items()]


def profiles_of(plan: Plan) -> set[str]:
    """The profiles of all agents that a plan needs, sooner or later."""
    cases = cases_of(plan)
    training = {TRAINING} if cases and not isinstance(plan, Load) else set()
    return training | {profile_of(case.loader) for case in cases if not isinstance(plan, Save)}
