"""What a reloading process knows: bare, library, code, rebuild, serving or tfsm."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.formats import Format
from harness.fresh import dialects
from harness.fresh.subject import Subject
from harness.nouns import BARE, CODE, LIBRARY, REBUILD, SERVING, TFSM


def load(format: Format, path: Path, loader: str, subject: Subject | None, compiled: bool = True) -> Any:
    """Read an artifact as this loader would.

    Args:
        format: The format that wrote it.
        path: The artifact.
        loader: One of `harness.nouns.LOADERS`.
        subject: The model's own code; None for the loaders that must not have it.
        compiled: Whether a whole model is compiled as it was; without, load_model is called with compile=False.

    Returns:
        A Keras model; for `serving`, what tf.saved_model.load returns; for `tfsm`, a layer.
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
    return read(path, _custom_objects(loader, subject))


def _custom_objects(loader: str, subject: Subject | None) -> dict[str, Any]:
    """What load_model is handed: the library's classes, and those of the model's own code."""
    if loader == BARE:
        return {}
    dialect = dialects.of_this_process()
    if loader == LIBRARY:
        return dict(dialect.library_objects())
    assert loader == CODE, loader
    assert subject is not None
    own = subject.custom_objects()
    # Importing transformers takes seconds, and says nothing to code that never names it.
    return {**dialect.library_objects(), **own} if subject.uses(dialect.LIBRARY) else dict(own)
