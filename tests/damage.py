"""What a damage is: a good format with one vice, on a small model. A check that has never failed is not yet a check."""

from __future__ import annotations

import inspect
from dataclasses import dataclass, replace
from functools import wraps
from pathlib import Path
from typing import AbstractSet, Any, Callable, Mapping

from harness.formats import CHECKPOINT, WHOLE_H5, Format, savedmodel
from harness.formats.format import EVERYTHING
from harness.fresh import dialects
from harness.fresh.dialects import is_keras_3
from harness.fresh.layers import layers_within
from harness.nouns import CODE, REBUILD, Case, Recipe

Vice = Callable[..., Any]

_GENERATORS = "generators"


@dataclass(frozen=True)
class Damage:
    """A vice, and what must notice it; a control is one that nothing must notice.

    Attributes:
        vice: What goes wrong. Its docstring says so, and its module has the format, by the same name in capitals.
        lights: The aspects that must turn red, and no other.
        toy: The module of the model.
        loader: How it is loaded.
        again: Whether what was loaded is saved and loaded again, which takes four times as long.
        needs: PEP 508 requirements on the environment: not every Keras has what the vice is done to.
    """

    vice: Vice
    lights: AbstractSet[str] = frozenset()
    toy: str = "toy"
    loader: str = CODE
    again: bool = False
    needs: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        return _constant(self.vice)

    @property
    def what(self) -> str:
        return " ".join((inspect.getdoc(self.vice) or "").split())

    @property
    def case(self) -> Case:
        needs = (*self.needs, *(("transformers",) if self.toy == "toy_text" else ()))
        return Case(Recipe(self.toy, self.toy, needs=needs), f"{self.vice.__module__}:{self.name}", self.loader)

    def __str__(self) -> str:
        return "-".join((self.name, self.toy, *self.needs))


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
WHOLE = replace(WHOLE_H5, name="damage:WHOLE", artifact="model", save=save, load=_load)


def after_load(vice: Vice) -> Format:
    """A format that does something to every model that it has loaded, or puts another in its place."""

    @wraps(vice)
    def load(path, custom_objects):
        model = _load(path, custom_objects)
        return vice(model) or model

    return _named(vice, replace(WHOLE, load=load))


def after_restore(vice: Vice) -> Format:
    """A format that builds a model, restores all that training has made, and then does something to it."""

    @wraps(vice)
    def restore(model, path):
        dialects.of_this_process().create_slots(model.optimizer, model.trainable_variables)
        _everything(model).read(str(path))
        vice(model)

    return _named(vice, replace(CHECKPOINT, save=_save_everything, restore=restore, keeps={REBUILD: EVERYTHING}))


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


def before_load(vice: Vice) -> Format:
    """A format that does something to the process, or finds the artifact in another place, and then loads."""

    @wraps(vice)
    def load(path, custom_objects):
        return _load(vice(path) or path, custom_objects)

    return _named(vice, replace(WHOLE, load=load))


def on_save(vice: Vice, of: Format = WHOLE) -> Format:
    """A format that writes something else. A reload takes it for the good one: it may have no code of the tests."""
    return replace(of, save=vice)


def on_packing(vice: Vice) -> Format:
    """A format that does something to the folder of the tokenizer, which is packaged after the model is saved."""

    @wraps(vice)
    def save_and_pack(model, path):
        import toy_text

        save(model, path)
        toy_text.Packaged.vice = staticmethod(vice)

    return on_save(save_and_pack)


def on_restore(vice: Vice, of: Format) -> Format:
    """A format of weights that restores them in another way."""
    return _named(vice, replace(of, restore=vice))


def compile_again(model: Any, **changes: Any) -> None:
    """Compile a model with what it was given before, but for some, and its own optimizer."""
    old = hasattr(model, "_get_compile_args")
    arguments = model._get_compile_args() if old else {**model._compile_config.config, "optimizer": model.optimizer}
    model.compile(**{**arguments, **changes})


def rename(layer: Any, name: str) -> None:
    """Give a layer or a model another name."""
    setattr(layer, "name" if is_keras_3() else "_name", name)


def _named(vice: Vice, format: Format) -> Format:
    return replace(format, name=f"{vice.__module__}:{_constant(vice)}")


def _constant(vice: Vice) -> str:
    return vice.__name__.upper()
