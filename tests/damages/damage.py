"""What a damage is: a good format with one vice, on a small model. A check that has never failed is not yet a check.

A vice is a function under a decorator, which puts the format with that vice in its place, so that a fresh process finds
the format by "module:name".
"""

from __future__ import annotations

import inspect
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import AbstractSet, Any, Callable, Mapping

from harness.formats import CHECKPOINT, WHOLE_H5, Format, savedmodel
from harness.formats.format import EVERYTHING
from harness.fresh import dialects
from harness.fresh.dialects import is_keras_3
from harness.fresh.layers import layers_within
from harness.fresh.optimizers import optimizers_of
from harness.nouns import CODE, REBUILD, Case, Recipe

Vice = Callable[..., Any]

_GENERATORS = "generators"


@dataclass(frozen=True)
class Damaged(Format):
    """A format with a vice.

    Attributes:
        vice: The function that was decorated. Its docstring says what goes wrong.
    """

    vice: Vice = None  # always given; fields of a format before it have defaults


@dataclass(frozen=True)
class Damage:
    """A format with a vice, and what must notice it; a control is one that nothing must notice.

    Attributes:
        format: The format.
        lights: The aspects that must turn red, and no other.
        toy: The module of the model.
        loader: How it is loaded.
        again: Whether what was loaded is saved and loaded again, which takes four times as long.
        needs: PEP 508 requirements on the environment: not every Keras has what the vice is done to.
        causes: What is said to be why, and no other: of most vices nothing, as the model is not to blame.
    """

    format: Damaged = field(hash=False)
    lights: AbstractSet[str] = frozenset()
    toy: str = "toy"
    loader: str = CODE
    again: bool = False
    needs: tuple[str, ...] = ()
    causes: AbstractSet[str] = frozenset()

    @property
    def name(self) -> str:
        return self.format.vice.__name__

    @property
    def what(self) -> str:
        return " ".join((inspect.getdoc(self.format.vice) or "").split())

    @property
    def case(self) -> Case:
        needs = (*self.needs, *(("transformers",) if self.toy == "toy_text" else ()))
        return Case(Recipe(self.toy, self.toy, needs=needs), reference(self.format.vice), self.loader)

    def __str__(self) -> str:
        return "-".join((self.name, self.toy, *self.needs))


def reference(vice: Vice) -> str:
    """By what a fresh process finds the format with a vice."""
    return f"{vice.__module__}:{vice.__name__}"


def save(model: Any, path: Path, **how: Any) -> None:
    """Write all of a model to a folder: one file, and beside it the generators, which no such file keeps."""
    path.mkdir()
    model.save(str(path / ("model.keras" if is_keras_3() else "model.h5")), **how)
    _checkpoint(generators=_generators(model)).write(str(path / _GENERATORS))


def _load(path: Path, custom_objects: Mapping[str, Any]) -> Any:
    model = savedmodel.load(stored(path), custom_objects)
    _checkpoint(generators=_generators(model)).read(str(path / _GENERATORS))
    return model


def stored(path: Path) -> Path:
    """The file with the model in the folder that WHOLE writes."""
    (file,) = Path(path).glob("*model.*")
    return file


#: The good format, which loses nothing of the small models: HDF5 of Keras 2 or .keras of Keras 3, and generators.
WHOLE = replace(WHOLE_H5, name="damages.damage:WHOLE", artifact="model", save=save, load=_load)


def after_load(vice: Vice) -> Damaged:
    """A format that does something to every model that it has loaded, or puts another in its place."""

    def load(path, custom_objects):
        model = _load(path, custom_objects)
        return vice(model) or model

    return _damaged(vice, WHOLE, load=load)


def after_restore(vice: Vice) -> Damaged:
    """A format that builds a model, restores all that training has made, and then does something to it."""

    def restore(model, path):
        own = optimizers_of(model).get("")
        if own is not None:
            with model.distribute_strategy.scope():
                dialects.of_this_process().create_slots(own, model.trainable_variables)
        _everything(model).read(str(path))
        vice(model)

    return _damaged(vice, CHECKPOINT, save=_save_everything, restore=restore, keeps={REBUILD: EVERYTHING})


def _save_everything(model: Any, path: Path) -> None:
    _everything(model).write(str(path))


def _everything(model: Any) -> Any:
    """A checkpoint of what no single format keeps: loss scale and random generators too."""
    return _checkpoint(model=model, optimizer=model.optimizer, generators=_generators(model))


def _generators(model: Any) -> list[Any]:
    """What the layers draw from, if it is theirs: a tf.random.Generator, or a variable of Keras 3."""
    found = []
    for layer in layers_within(model).values():
        keras_2 = getattr(getattr(layer, "_random_generator", None), "_generator", None)
        seeds = vars(layer).get("seed_generator")
        found += [each for each in (keras_2, seeds and seeds.state.value) if each is not None]
    return found


def _checkpoint(**what: Any) -> Any:
    import tensorflow as tf

    return tf.train.Checkpoint(**what)


def before_load(vice: Vice) -> Damaged:
    """A format that does something to the process, or finds the artifact in another place, and then loads."""

    def load(path, custom_objects):
        return _load(vice(path) or path, custom_objects)

    return _damaged(vice, WHOLE, load=load)


def on_save(of: Format) -> Callable[[Vice], Damaged]:
    """A format that writes something else. A reload takes it for the good one: it may have no code of the tests."""
    return lambda vice: _damaged(vice, of, name=of.name, save=vice)


def on_packing(vice: Vice) -> Damaged:
    """A format that does something to the folder of the tokenizer, which is packaged after the model is saved."""

    def save_and_pack(model, path):
        import toy_text

        save(model, path)
        toy_text.Packaged.vice = staticmethod(vice)

    return _damaged(vice, WHOLE, name=WHOLE.name, save=save_and_pack)


def on_restore(of: Format) -> Callable[[Vice], Damaged]:
    """A format of weights that restores them in another way."""
    return lambda vice: _damaged(vice, of, restore=vice)


def _damaged(vice: Vice, of: Format, **changes: Any) -> Damaged:
    return Damaged(**{**vars(of), "name": reference(vice), **changes}, vice=vice)


def compile_again(model: Any, **changes: Any) -> None:
    """Compile a model with what it was given before, but for some, and its own optimizer."""
    old = hasattr(model, "_get_compile_args")
    arguments = model._get_compile_args() if old else {**model._compile_config.config, "optimizer": model.optimizer}
    model.compile(**{**arguments, **changes})


def rename(layer: Any, name: str) -> None:
    """Give a layer or a model another name."""
    setattr(layer, "name" if is_keras_3() else "_name", name)
