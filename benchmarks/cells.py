"""Sixteen cells, and what each way of testing them does in plain Keras: build and fit, save, load, predict."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import numpy as np

from cases.axes.recipes import recipe
from harness.formats import find_format
from harness.fresh import loaders
from harness.fresh.seeds import seed_everything
from harness.fresh.subject import Subject, resolve
from harness.nouns import CODE, REBUILD, Case

os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")

#: Two heads, two losses.
RECIPES = tuple(
    recipe("main_layer", head, loss, "adamw", "float32")
    for head in ("mean_pool", "first_token")
    for loss in ("from_logits", "focal_registered")
)
FORMATS = ("savedmodel", "whole_h5", "dot_keras", "weights_h5")
CELLS = tuple(Case(each, format, REBUILD if format == "weights_h5" else CODE) for each in RECIPES for format in FORMATS)


def find(id: str) -> Case:
    """The cell of an id."""
    return next(each for each in CELLS if each.id == id)


def subject_of(case: Case) -> Subject:
    """Its model and its data, as functions."""
    return resolve(case.recipe.subject, case.recipe.arguments)


def trained(subject: Subject) -> tuple[Any, Any]:
    """A model after two epochs of fit(), and what it is predicted on."""
    seed_everything(1)
    model = subject.build()
    data = subject.data()
    subject.train(model, *data)
    return model, data[0]


def predicted(model: Any, x: Any) -> list[np.ndarray]:
    """What predict() says, output by output."""
    outputs = model.predict(x, verbose=0)
    return [np.asarray(each) for each in (outputs.values() if isinstance(outputs, dict) else [outputs])]


def saved(model: Any, case: Case, folder: Path) -> Path:
    """Where the model is, in the cell's format."""
    format = find_format(case.format)
    format.save(model, folder / format.artifact)
    return folder / format.artifact


def loaded(case: Case, subject: Subject, path: Path) -> Any:
    """The model that comes back."""
    seed_everything(2)
    return loaders.load(find_format(case.format), path, case.loader, subject)


def require_same(before: list[np.ndarray], after: list[np.ndarray], case: Case) -> None:
    """Raise AssertionError where predictions differ by more than a traced graph may round."""
    for one, other in zip(before, after):
        np.testing.assert_allclose(other, one, rtol=1e-5, atol=1e-6, err_msg=case.id)
