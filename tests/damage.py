"""What a damage is: a good format with one vice, on a small model. A check that has never failed is not yet a check."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import AbstractSet, Any, Callable

from harness.case import CODE, REBUILD, Case, Recipe
from harness.dialect import layers_within
from harness.formats import CHECKPOINT, WHOLE_H5, Format
from harness.formats.format import EVERYTHING

Vice = Callable[..., Any]


@dataclass(frozen=True)
class Damage:
    """A vice, and what must notice it; a control is one that nothing must notice.

    Attributes:
        vice: What goes wrong. Its docstring says so, and its module has the format, by the same name in capitals.
        lights: The aspects that must turn red, and no other.
        toy: The module of the model.
        loader: How it is loaded.
        again: Whether what was loaded is saved and loaded again, which takes four times as long.
    """

    vice: Vice
    lights: AbstractSet[str] = frozenset()
    toy: str = "toy"
    loader: str = CODE
    again: bool = False

    @property
    def name(self) -> str:
        return _constant(self.vice)

    @property
    def what(self) -> str:
        return " ".join((inspect.getdoc(self.vice) or "").split())

    @property
    def case(self) -> Case:
        needs = ("transformers",) if self.toy == "toy_text" else ()
        return Case(Recipe(self.toy, self.toy, needs=needs), f"{self.vice.__module__}:{self.name}", self.loader)

    def __str__(self) -> str:
        return f"{self.name}-{self.toy}"


def after_load(vice: Vice) -> Format:
    """A format that does something to every model that it has loaded, or puts another in its place."""

    @wraps(vice)
    def load(path, custom_objects):
        model = WHOLE_H5.load(path, custom_objects)
        return vice(model) or model

    return _named(vice, replace(WHOLE_H5, load=load))


def after_restore(vice: Vice) -> Format:
    """A format that builds a model, restores all that training has made, and then does something to it."""

    @wraps(vice)
    def restore(model, path):
        _everything(model).read(str(path))
        vice(model)

    return _named(vice, replace(CHECKPOINT, save=_save_everything, restore=restore, keeps={REBUILD: EVERYTHING}))


def _save_everything(model: Any, path: Path) -> None:
    _everything(model).write(str(path))


def _everything(model: Any) -> Any:
    """A checkpoint of what no single format keeps: loss scale and random generators too."""
    import tensorflow as tf

    random = [getattr(layer, "_random_generator", None) for layer in layers_within(model).values()]
    generators = [getattr(each, "_generator", None) for each in random]
    return tf.train.Checkpoint(model=model, optimizer=model.optimizer, generators=[each for each in generators if each])


def before_load(vice: Vice) -> Format:
    """A format that does something to the process, or finds the artifact in another place, and then loads."""

    @wraps(vice)
    def load(path, custom_objects):
        return WHOLE_H5.load(vice(path) or path, custom_objects)

    return _named(vice, replace(WHOLE_H5, load=load))


def on_save(vice: Vice, of: Format = WHOLE_H5) -> Format:
    """A format that writes something else. A reload takes it for the good one: it may have no code of the tests."""
    return replace(of, save=vice)


def on_packing(vice: Vice) -> Format:
    """A format that does something to the folder of the tokenizer, which is packaged after the model is saved."""

    @wraps(vice)
    def save(model, path):
        import toy_text

        WHOLE_H5.save(model, path)
        toy_text.Packaged.vice = staticmethod(vice)

    return on_save(save)


def on_restore(vice: Vice, of: Format) -> Format:
    """A format of weights that restores them in another way."""
    return _named(vice, replace(of, restore=vice))


def _named(vice: Vice, format: Format) -> Format:
    return replace(format, name=f"{vice.__module__}:{_constant(vice)}")


def _constant(vice: Vice) -> str:
    return vice.__name__.upper()
