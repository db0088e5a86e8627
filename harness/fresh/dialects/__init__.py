"""The places where one Keras answers differently from another: one module each, with the same names.

`keras_2` is TensorFlow's own Keras and tf-keras, `keras_3` is Keras 3. What the two have in common stands beside this
folder: `variables`, `tensors`, `layers`, `graphs`.
"""

from __future__ import annotations

import importlib
from functools import cache
from types import ModuleType


@cache
def is_keras_3() -> bool:
    """Whether models are made with Keras 3 in this process."""
    from tensorflow import keras

    return str(getattr(keras, "__version__", "2")).startswith("3")  # tf-keras does not say it here


@cache
def of_this_process() -> ModuleType:
    """The dialect of the Keras that models are made with in this process."""
    return importlib.import_module(f"harness.fresh.dialects.{'keras_3' if is_keras_3() else 'keras_2'}")
