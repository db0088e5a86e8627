"""What a reloading process knows: bare, library, code, rebuild, serving, tfsm or runtime."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Sequence

from harness.formats import Format
from harness.fresh import dialects
from harness.fresh.importing import attribute_of, load_module
from harness.fresh.subject import Subject
from harness.nouns import BARE, CODE, LIBRARY, REBUILD, RUNTIME, SERVING, TFSM


def load(
    format: Format,
    path: Path,
    loader: str,
    subject: Subject | None,
    compiled: bool = True,
    modules: Sequence[str] = (),
    objects: Sequence[str] = (),
) -> Any:
    """Read an artifact as this loader would.

    Args:
        format: The format that wrote it.
        path: The artifact.
        loader: One of `harness.nouns.LOADERS`.
        subject: The model's own code; None for the loaders that must not have it.
        compiled: Whether a whole model is compiled as it was; without, load_model is called with compile=False.
        modules: Those of the library that the model's classes are from.
        objects: What of the model's own code is handed over, each as "module:Name"; () for all that it has.

    Returns:
        A Keras model; for `serving`, what tf.saved_model.load returns; for `tfsm`, a layer; for `runtime`, a Runtime.
    """
    if loader == SERVING:
        import tensorflow as tf

        return tf.saved_model.load(str(path))
    if loader == TFSM:
        from tensorflow import keras

        return keras.layers.TFSMLayer(str(path))
    if loader == REBUILD:
        assert format.restore is not None, format.name
        assert subject is not None
        model = subject.build()
        format.restore(model, path)
        return model
    read = format.load if compiled else format.load_uncompiled
    assert read is not None, format.name
    return read(path, _custom_objects(loader, subject, modules, objects))


def _custom_objects(
    loader: str, subject: Subject | None, modules: Sequence[str], objects: Sequence[str]
) -> dict[str, Any]:
    """What load_model is handed: the library's classes, and those of the model's own code."""
    if loader in (BARE, RUNTIME):
        return {}
    dialect = dialects.of_this_process()
    if loader == LIBRARY:
        return dict(dialect.library_objects(modules))
    assert loader == CODE, loader
    assert subject is not None
    own = _by_name(objects) if objects else subject.custom_objects()
    # Importing transformers takes seconds, and says nothing to code that never names it.
    return {**dialect.library_objects(modules), **own} if subject.uses(dialect.LIBRARY) else dict(own)


def _by_name(objects: Sequence[str]) -> dict[str, Any]:
    """Classes and functions by their own names.

    Raises:
        HarnessError: A module has none of that name at its top.
    """
    pairs = [each.rpartition(":") for each in objects]
    return {name: attribute_of(load_module(module), name) for module, _, name in pairs}
