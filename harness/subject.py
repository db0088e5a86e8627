"""A subject: the model under test, as the functions that a fresh process calls."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from dataclasses import dataclass, fields
from pathlib import Path
from types import ModuleType
from typing import Any, Callable, Mapping

from harness.case import HarnessError


def fit(model: Any, x: Any, y: Any, sample_weight: Any = None) -> None:
    """Train for two epochs of two batches, in the given order."""
    examples = len(y[0] if isinstance(y, (list, tuple)) else next(iter(y.values())) if isinstance(y, dict) else y)
    model.fit(x, y, sample_weight=sample_weight, epochs=2, batch_size=-(-examples // 2), shuffle=False, verbose=0)


def no_custom_objects() -> dict[str, Any]:
    return {}


@dataclass(frozen=True)
class Subject:
    """What is built, trained and saved. A module that people write has the same names.

    Attributes:
        build: Returns a compiled Keras model.
        data: Returns (x, y) or (x, y, sample_weight): numpy arrays, or lists or
            dicts of them, first axis examples.
        train: Trains the model in place, on what `data` returned.
        probes: Returns further inputs by name, to predict on: other batch sizes,
            other sequence lengths. None: slices of `data` are taken.
        custom_objects: Returns the subject's own classes and functions by name:
            what the loader `code` hands to `load_model`.
    """

    build: Callable[[], Any]
    data: Callable[[], tuple[Any, ...]]
    train: Callable[..., None] = fit
    probes: Callable[[], Mapping[str, Any]] | None = None
    custom_objects: Callable[[], Mapping[str, Any]] = no_custom_objects


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
    missing = [each for each in ("build", "data") if not callable(getattr(module, each, None))]
    if missing:
        raise HarnessError(f"{reference}: expected functions build() and data(); missing: {', '.join(missing)}")
    return Subject(**{each.name: getattr(module, each.name) for each in fields(Subject) if hasattr(module, each.name)})


def _module(name: str) -> ModuleType:
    if not name.endswith(".py"):
        return importlib.import_module(name)
    path = Path(name).resolve()
    if not path.is_file():
        raise HarnessError(f"{name}: expected a Python file; there is none")
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    # Keras and pickle find a class again through sys.modules.
    sys.modules[path.stem] = module
    spec.loader.exec_module(module)
    return module
