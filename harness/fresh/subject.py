"""A subject: the model under test, as the functions that a fresh process calls."""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields
from functools import partial, wraps
from inspect import isroutine, unwrap
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Mapping, Sequence

from harness.fresh.importing import attribute_of, is_theirs, load_module, read_up_to, where
from harness.modules import uses
from harness.nouns import HarnessError, Recipe, SubjectError
from harness.record.batches import examples
from harness.words import gist, told

#: The most examples in a batch of a training that a subject leaves to the harness.
LARGEST_BATCH = 256


def fit(model: Any, x: Any, y: Any = None, sample_weight: Any = None) -> None:
    """Train for two epochs of two batches, or of more where these would be large, in the given order."""
    batch = min(-(-examples(x) // 2), LARGEST_BATCH)
    model.fit(x, y, sample_weight=sample_weight, epochs=2, batch_size=batch, shuffle=False, verbose=0)


@dataclass(frozen=True)
class Subject:
    """What is built, trained and saved. A module that people write has the same names.

    Attributes:
        build: Returns a compiled Keras model.
        data: Returns x, (x, y) or (x, y, sample_weight): numpy arrays, tensors (ragged and sparse
            ones too), lists of numbers or of text, or lists or dicts of these, nested as the model
            takes them, first axis examples; None for an input or labels that are not given. Or a
            finite tf.data.Dataset, a keras.utils.Sequence or a generator of such batches.
        train: Trains the model in place, on all that `data` returned, as numpy arrays: y is None where
            there was none, batches one after another, text as Python's str, ragged and sparse ones as
            tensors. (Keras 3 refuses arrays of bytes, and of text with several axes: these as tensors.)
        probes: Returns further inputs by name, to predict on: other batch sizes,
            other sequence lengths, of what `data` may return. None: slices of
            `data` are taken.
        custom_objects: Returns the subject's own classes and functions by name:
            what the loader `code` hands to `load_model`.
        save: (model, path) writes the model: the subject's own packaging code.
        load: (path) reads it again.
        filename: Name of what `save` writes, for example "model.h5".
        probe: (model, x, y) returns what must survive as well: a JSON value, or several by
            name; arrays and tensors in it are taken as lists. x and y are what `train` gets, of the
            first examples (`harness.fresh.data.KEPT`).
        tokenizer: Returns the transformers tokenizer that is packaged with the model; or is it.
        texts: Returns texts to observe it with. None: the harness has some of its own.
        finished: Whether what `build` returns was trained elsewhere: it is not trained here, nor need it be compiled.
    """

    build: Callable[[], Any]
    data: Callable[[], tuple[Any, ...]]
    train: Callable[..., None] = fit
    probes: Callable[[], Mapping[str, Any]] | None = None
    custom_objects: Callable[[], Mapping[str, Any]] = dict
    save: Callable[[Any, str], Any] | None = None
    load: Callable[[str], Any] | None = None
    filename: str = "artifact"
    probe: Callable[[Any, Any, Any], Any] | None = None
    tokenizer: Any = None
    texts: Callable[[], Sequence[str]] | None = None
    finished: bool = False

    def uses(self, package: str) -> bool:
        """Whether its code names a package, wherever it imports it, or this process has imported it."""
        if package in sys.modules:
            return True
        modules = {sys.modules.get(_inner(each).__module__) for each in (self.build, self.data, self.load) if each}
        files = filter(None, (getattr(each, "__file__", None) for each in modules))
        return any(uses(Path(file), package) for file in files)


def _inner(function: Any) -> Any:
    """The function that a subject has given, by a functools.partial or not."""
    function = unwrap(function)
    while isinstance(function, partial):
        function = function.func
    return function


def resolve(reference: str, arguments: Mapping[str, Any]) -> Subject:
    """Find a subject by its reference.

    Args:
        reference: "package.module:function", a function that returns a Subject;
            or "package.module" or "path/to/module.py", a module with the
            functions of a Subject by name.
        arguments: Keyword arguments of the function; empty for a module.

    Raises:
        HarnessError: There is no such module or function, it cannot be imported, or it has no `build` or `data`.
    """
    name, _, function = reference.partition(":")
    module = load_module(name)
    if function:
        subject: Subject = attribute_of(module, function)(**arguments)
        return subject
    return _subject(f"{name}{read_up_to(module)}", {**_defaults(module), **vars(module)})


def of_functions(**references: Any) -> Subject:
    """A subject of functions that are named one by one: build="path/to/module.py:build".

    Of a functools.partial: {"function": "path/to/module.py:build", "values": [3], "keywords": {"units": 3}}.
    """
    found, modules = {}, []
    for role, reference in references.items():
        values: tuple[Any, ...] = ()
        keywords: dict[str, Any] = {}
        while isinstance(reference, Mapping):
            values, keywords = (*reference["values"], *values), {**reference["keywords"], **keywords}
            reference = reference["function"]
        name, _, attribute = reference.rpartition(":")
        modules.append(load_module(name))
        function = attribute_of(modules[-1], attribute)
        found[role] = partial(function, *values, **keywords) if values or keywords else function
    return _subject("check()", {**_defaults(*modules), **found})


def packages(recipe: Recipe, progress: object = None) -> bool:
    """Whether a recipe has packaging code of its own: a job, for a driver that cannot tell from a module's text."""
    return resolve(recipe.subject, recipe.arguments).save is not None


def _subject(reference: str, found: Mapping[str, Any]) -> Subject:
    missing = [each for each in ("build", "data") if not callable(found.get(each))]
    if missing:
        raise HarnessError(f"{reference}: expected functions build() and data(); missing: {', '.join(missing)}")
    if callable(found.get("save")) != callable(found.get("load")):
        raise HarnessError(f"{reference}: expected save() and load() together, or neither; one is missing")
    given = {name: found[name] for name in _ROLES if name in found}
    # A tokenizer is an object that can be called, and more than that.
    code = [role for role, value in given.items() if callable(value) and (role != "tokenizer" or isroutine(value))]
    return Subject(**{**given, **{role: _telling(role, given[role]) for role in code}})


#: What a subject must be able to do for a round trip to begin; what these raise is told as what was given wrongly.
_INPUTS = frozenset({"build", "data", "probes", "custom_objects", "tokenizer", "texts"})


def _telling(role: str, function: Callable[..., Any]) -> Callable[..., Any]:
    """A function of the subject's; what it raises is told in one line, with the file and the line of its code."""

    @wraps(function)
    def call(*values: Any, **keywords: Any) -> Any:
        try:
            return function(*values, **keywords)
        except (HarnessError, MemoryError):
            raise
        except Exception as error:
            place = where(error)
            if role in _INPUTS:
                raise HarnessError(f"{role}() raised, {_said(place, error)}") from error
            if not place or type(error).__name__ == "ResourceExhaustedError":
                raise
            raise SubjectError(_said(place, error)) from error

    return call


def _said(place: str, error: BaseException) -> str:
    return f"{place}: {gist(told(error))}" if place else gist(told(error))


def _defaults(*modules: ModuleType) -> dict[str, Any]:
    """What follows from modules that do not say it: their custom objects, the name of the artifact."""

    def custom_objects() -> dict[str, Any]:
        return {
            name: value
            for module in modules
            for name, value in vars(module).items()
            if name not in _ROLES and _is_own(value, module)
        }

    names = [module.FILENAME for module in modules if hasattr(module, "FILENAME")]
    return {"custom_objects": custom_objects, "filename": (names or ["artifact"])[0]}


def _is_own(value: Any, module: ModuleType) -> bool:
    """Whether a module has defined something, or has it from a module of the same package or of the user's own."""
    home = getattr(value, "__module__", None)
    if not isinstance(home, str):
        return False
    file = getattr(sys.modules.get(home), "__file__", None)
    return home.partition(".")[0] == module.__name__.partition(".")[0] or bool(file and is_theirs(file))


#: What a module may say of itself: that it is finished is no matter of a module's.
_ROLES = frozenset(each.name for each in fields(Subject)) - {"finished"}
