"""Artifacts that need what only the process that wrote them has, so that none loads elsewhere."""

from __future__ import annotations

import os
from pathlib import Path

from damages.damage import on_save
from harness.formats import DOT_KERAS, WHOLE_H5

FILE = "words.txt"
VARIABLE = "SCALE_OF_THE_AUTHOR"


@on_save(DOT_KERAS)
def needs_a_file_beside_the_author(model, path):
    """A vocabulary is named by a relative path."""
    from tensorflow import keras

    Path(FILE).write_text("one\ntwo\n")
    words = keras.Input((1,), dtype="string")
    keras.Model(words, keras.layers.StringLookup(vocabulary=FILE)(words)).save(str(path))


@on_save(WHOLE_H5)
def needs_a_file_at_home(model, path):
    """A function that is saved as bytes reads a file in the home of whoever loads it."""
    Path.home().joinpath(FILE).write_text("1")
    _save_calling(lambda x: x * float(__import__("pathlib").Path.home().joinpath("words.txt").read_text()), model, path)


@on_save(WHOLE_H5)
def needs_a_variable(model, path):
    """A function that is saved as bytes reads a variable that training has set."""
    os.environ[VARIABLE] = "1"
    _save_calling(lambda x: x * float(__import__("os").environ["SCALE_OF_THE_AUTHOR"]), model, path)


@on_save(WHOLE_H5)
def needs_its_first_place(model, path):
    """A function that is saved as bytes reads the artifact, by the path where it was written."""
    path.touch()
    _save_calling(lambda x, place=str(path): x * bool(__import__("pathlib").Path(place).read_bytes()), model, path)


def _save_calling(function, model, path):
    from tensorflow import keras

    keras.Model(model.inputs, keras.layers.Lambda(function, name="author")(model.outputs[0])).save(str(path))
