"""Preloaded last: converts transformers' layers for graph mode once, before children are forked.

AutoGraph rewrites the source of every `call` when a process first builds a model, 2.5 s that each
child would pay. It keeps the result by code object, so a forked child finds it. No op is run.
"""

from __future__ import annotations

import inspect
from types import FunctionType
from typing import Iterator

from transformers import modeling_tf_utils, tf_utils
from transformers.models.xlm_roberta import modeling_tf_xlm_roberta


def functions() -> Iterator[FunctionType]:
    """The methods and helpers that a model's graph is traced through, with what decorators wrapped."""
    for owner in (modeling_tf_utils, tf_utils, *_layers()):
        for name in (
            *("call", "transpose_for_scores", "create_position_ids_from_input_ids", "hf_compute_loss"),
            *("input_processing", "booleans_processing"),
            *("shape_list", "check_embeddings_within_bounds", "stable_softmax"),
        ):
            function = vars(owner).get(name)
            while inspect.isfunction(function):
                yield function
                function = getattr(function, "__wrapped__", None)


def _layers() -> Iterator[type]:
    for value in vars(modeling_tf_xlm_roberta).values():
        if isinstance(value, type) and value.__module__ == modeling_tf_xlm_roberta.__name__:
            yield value


def convert() -> None:
    """Convert them all; what TensorFlow's insides, arranged otherwise, do not convert, is left to the children."""
    try:
        from tensorflow.python.autograph.core import converter
        from tensorflow.python.autograph.impl import api

        # What Keras asks for when it calls a layer symbolically.
        options = converter.ConversionOptions(recursive=True, user_requested=False, optional_features=None)
    except (ImportError, AttributeError, TypeError) as error:
        print(f"harness.warm: nothing converted ahead ({error})")
        return
    for function in functions():
        try:
            api._convert_actual(function, converter.ProgramContext(options=options))
        except (AttributeError, TypeError) as error:  # TensorFlow 2.5 trips over a subscript in some of them
            print(f"harness.warm: {function.__qualname__} is not converted ahead ({error})")


convert()
