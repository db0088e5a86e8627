"""A job: the clues that small models have, before anything is saved."""

from __future__ import annotations

import importlib

from harness.fresh.clues import clues_of
from harness.fresh.clues.changing import attributes_of, changed
from harness.fresh.clues.reshaped import reshaped, settings_of
from harness.fresh.seeds import seed_everything
from harness.fresh.variables import named


def clues_found(request, progress):
    """Model -> [[cause, where, facts]]."""
    seed_everything(20)
    toys = importlib.import_module("toy_clues")
    found = {}
    for name, build in toys.MODELS.items():
        model = build()
        before, settings, fresh = attributes_of(model), settings_of(model), list(named(model.weights))
        toys.train(model)
        weights = list(named(model.weights))
        clues = (*clues_of(model), *changed(before, model), *reshaped(settings, model, fresh, weights))
        found[name] = [[each.cause, each.where, dict(each.facts)] for each in clues]
    return found
