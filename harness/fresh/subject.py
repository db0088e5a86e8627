"""A subject: the model under test, as the functions that a fresh process calls."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Mapping, Sequence

from harness.nouns import HarnessError
from harness.record.batches import examples

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


def resolve(reference: str, arguments: Mapping[str, Any]) -> Subject:
    """Find a subject by its reference.

    Args:
        reference: "package.module:function", a function that returns a Subject;
            or "package.module" or "path/to/module.py", a module with the
            functions of a Subject by name.
        arguments: Keyword arguments of the function; empty for a module.

    Raises:
        HarnessError: There is no such module or function, or it has no `build` or `data`.
    """
    name, _, function = reference.partition(":")
    module = _module(name)
    if function:
        factory = getattr(module, function, None)
        if factory is None:
            raise HarnessError(f"{reference}: module {name} has no function {function!r}")
        subject: Subject = factory(**arguments)
        return subject
    return _subject(reference, {**_defaults(module), **vars(module)})


def of_functions(**references: str) -> Subject:
    """A subject of functions that are named one by one: build="path/to/module.py:build"."""
    modules, found = [], {}
    for role, reference in references.items():
        name, _, function = reference.rpartition(":")
        modules.append(_module(name))
        found[role] = getattr(modules[-1], function)
    return _subject("check()", {**_defaults(*modules), **found})


def _subject(reference: str, found: Mapping[str, Any]) -> Subject:
    missing = [each for each in ("build", "data") if not callable(found.get(each))]
    if missing:
        raise HarnessError(f"{reference}: expected functions build() and data(); missing: {', '.join(missing)}")
    if callable(found.get("save")) != callable(found.get("load")):
        raise HarnessError(f"{reference}: expected save() and load() together, or neither; one is missing")
    return Subject(**{each.name: found[each.name] for each in fields(Subject) if each.name in found})


def _defaults(*modules: ModuleType) -> dict[str, Any]:
    """What follows from modules that do not say it: their custom objects, the name of the artifact."""

    def custom_objects() -> dict[str, Any]:
        return {
            name: value
            for module in modules
            for name, value in vars(module).items()
            if getattr(value, "__module__", "") == module.__name__ and name not in _ROLES
        }

    names = [module.FILENAME for module in modules if hasattr(module, "FILENAME")]
    return {"custom_objects": custom_objects, "filename": (names or ["artifact"])[0]}


_ROLES = frozenset(each.name for each in fields(Subject))


def _module(name: str) -> ModuleType:
    if not name.endswith(".py"):
        return importlib.import_module(name)
    path = Path(name).resolve()
    if not path.is_file():
        raise HarnessError(f"{name}: expected a Python file; there is none")
    name, root = _place(path)
    loaded = sys.modules.get(name)
    if loaded is not None and getattr(loaded, "__file__", "") == str(path):
        return loaded
    sys.path.insert(0, str(root))  # as if it had been run: what lies beside it can be imported
    if "." in name:
        return importlib.import_module(name)
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Keras and pickle find a class again through sys.modules.
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module


def _place(path: Path) -> tuple[str, Path]:
    """The name of the module in a file, as its package knows it, and the folder that it is imported from."""
    parts, folder = [path.stem], path.parent
    while (folder / "__init__.py").is_file():
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts), folder
