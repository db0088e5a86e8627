"""A suite of cells that take no TensorFlow, and their environment; jobs.py has what their processes do."""

from __future__ import annotations

from harness.environment import Environment
from harness.nouns import CODE, Case, Recipe
from harness.suite.suite import Suite

#: Each is trained once and saved in three formats.
RECIPES = ("one", "two", "three")
FORMATS = ("savedmodel", "whole_h5", "dot_keras")


class Plain(Environment):
    """It says that it has TensorFlow, and its fork servers import numpy alone."""

    train_and_save = "kills.jobs:train_and_save"
    reload = "kills.jobs:reload"

    def preload(self, profile):
        return ("numpy", "kills.jobs")


def cases(selection):
    """Nine cells."""
    return [Case(Recipe(recipe, "of no model"), format, CODE) for recipe in RECIPES for format in FORMATS]


SUITE = Suite({}, {"default": cases}, (), str, str)
HERE = Plain({"tensorflow": "2.15.0", "keras": "2.15.0", "python": "3.11"})
