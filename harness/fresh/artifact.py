"""A model that somebody has as a file alone: it is as its training has left it, and takes what its signature says."""

from __future__ import annotations

import sys
from functools import cache
from pathlib import Path
from typing import Any, Mapping

import numpy as np

from harness.fresh import dialects
from harness.fresh.subject import Subject
from harness.nouns import HarnessError
from harness.record.batches import packed
from harness.words import gist, told

#: Of inputs that are made up: how many examples, how long an open axis is, where random numbers begin.
EXAMPLES, LENGTH, SEED = 8, 16, 11
#: Integers are 0 or 1: ids that every vocabulary has.
_INTEGERS = 2
#: Arrays of a file that are no inputs.
_LABELS, _WEIGHTS = "y", "sample_weight"


def subject(path: str, data: str = "") -> Subject:
    """The subject that is a file.

    Args:
        path: A .keras archive, an HDF5 file or a SavedModel.
        data: An .npz file with inputs by name, and, optionally, labels "y" and "sample_weight"; "" for inputs that are
            made up.
    """
    model = cache(lambda: loaded(Path(path)))
    return Subject(build=model, data=lambda: inputs(model(), data), finished=True)


def loaded(path: Path) -> Any:
    """The Keras model in a file, compiled as it was where that is possible.

    Raises:
        HarnessError: There is none that this Keras can load.
    """
    from tensorflow import keras

    dialect = dialects.of_this_process()
    # Of what family the model is, nobody has said.
    objects = dict(dialect.library_objects(())) if dialect.LIBRARY in sys.modules else None
    try:
        return keras.models.load_model(str(path), custom_objects=objects)
    except MemoryError:
        raise
    except Exception as compiled:
        try:
            model = keras.models.load_model(str(path), custom_objects=objects, compile=False)
        except MemoryError:
            raise
        except Exception as error:
            raise HarnessError(f"{path.name}: no Keras model can be loaded from it: {gist(told(error))}") from error
        print(f"{path.name}: loaded with compile=False, since it cannot be compiled: {gist(told(compiled))}")
        return model


def inputs(model: Any, data: str) -> tuple[Any, ...]:
    """(x,), (x, y) or (x, y, sample_weight), in the lists and dicts in which a model takes them.

    Raises:
        HarnessError: The model has not declared what it takes; or the file has not that, or cannot be read.
    """
    takes = dialects.of_this_process().input_specs(model)
    if not takes:
        raise HarnessError(
            "the model has not declared what it takes, so that no inputs can be made up or named: nobody has called it "
            "before it was saved"
        )
    arrays, rest = (made_up(takes), ()) if not data else given(takes, Path(data))
    return (_in_its_structure(model, arrays), *rest)


def given(takes: Mapping[str, Any], path: Path) -> tuple[dict[str, np.ndarray], tuple[Any, ...]]:
    """Inputs by name, in the order of a signature; and (labels, sample weights), each None where it is not there.

    Raises:
        HarnessError: The file cannot be read, or has other arrays than the signature asks for.
    """
    arrays = _read(path)
    rest = tuple(arrays.pop(name, None) for name in (_LABELS, _WEIGHTS))
    if len(takes) == len(arrays) == 1:
        return dict(zip(takes, arrays.values())), rest
    if set(arrays) != set(takes):
        raise HarnessError(
            f"--data {path}: expected arrays named {', '.join(takes)}, and perhaps {_LABELS} and {_WEIGHTS}; it has "
            f"{', '.join(arrays) or 'no others'}"
        )
    return {name: arrays[name] for name in takes}, rest


def made_up(takes: Mapping[str, tuple[str, list[Any]]]) -> dict[str, np.ndarray]:
    """Arrays as a signature asks for them: normal floats, integers of 0 and 1; the same ones every time.

    Args:
        takes: (dtype, axes) by input name; an open axis is None, and the first one is the examples'.

    Raises:
        HarnessError: It takes text, which cannot be made up.
    """
    random = np.random.default_rng(SEED)
    found = {}
    for name, (dtype, axes) in takes.items():
        shape = (EXAMPLES, *(LENGTH if size is None else size for size in axes[1:]))
        if dtype in ("string", "object"):
            raise HarnessError(
                f"the model takes text ({name!r}), which cannot be made up; give --data FILE.npz with it"
            )
        kind = "float" if "float" in dtype or "complex" in dtype else "int"
        array = random.normal(size=shape) if kind == "float" else random.integers(0, _INTEGERS, shape)
        found[name] = array.astype("float32" if dtype == "bfloat16" else dtype)
    return found


def _read(path: Path) -> dict[str, np.ndarray]:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return {name: arrays[name] for name in arrays.files}
    except Exception as error:  # whatever numpy raises of bytes that are no archive of arrays
        raise HarnessError(
            f"--data {path}: expected an .npz file of arrays without objects ({gist(told(error))})"
        ) from None


def _in_its_structure(model: Any, arrays: Mapping[str, np.ndarray]) -> Any:
    """As a functional model was built with them; for a class of its own bare, or by name."""
    structure = getattr(model, "input", None) if getattr(model, "inputs", None) else None
    if structure is not None:
        return packed(structure, list(arrays.values()))
    return dict(arrays) if len(arrays) > 1 else next(iter(arrays.values()))
