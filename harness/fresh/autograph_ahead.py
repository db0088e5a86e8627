"""Preloaded last: converts transformers' layers for graph mode once, before children are forked.

AutoGraph rewrites the source of every `call` when a process first builds a model, 2.5 s that each
child would pay. It keeps the result by code object, so a forked child finds it. No op is run.
"""

from __future__ import annotations

import inspect
import sys
from types import FunctionType
from typing import Iterator

#: Where tf_keras has what training, predicting and saving call; seen by counting what a child converts.
_KERAS = (
    *("activations", "losses", "engine.base_layer", "engine.base_layer_utils", "engine.compile_utils"),
    *("engine.data_adapter", "engine.functional", "engine.input_spec", "engine.node", "engine.training"),
    *("layers.core.dense", "layers.core.embedding", "layers.normalization.layer_normalization"),
    *("layers.pooling.global_average_pooling1d", "layers.regularization.dropout", "metrics.base_metric"),
    *("utils.control_flow_util", "utils.layer_utils", "utils.losses_utils", "utils.metrics_utils"),
    *("utils.tf_utils", "utils.traceback_utils"),
)


def functions() -> Iterator[FunctionType]:
    """What children convert when they build and train a model."""
    yield from transformers_functions()
    if "tf_keras" in sys.modules and not _is_left_alone("tf_keras"):
        yield from keras_functions()


def keras_functions() -> Iterator[FunctionType]:
    """Keras itself: AutoGraph leaves it alone by a rule, which TensorFlow 2.15 and 2.16 have not for tf_keras.

    There a child converted a hundred functions, 9 of the 15 s that it took to train.
    """
    for name in _KERAS:
        module = sys.modules.get(f"tf_keras.src.{name}")
        for owner in vars(module).values() if module else ():
            if getattr(owner, "__module__", "") != f"tf_keras.src.{name}":
                continue
            for function in [owner] if inspect.isfunction(owner) else list(getattr(owner, "__dict__", {}).values()):
                if inspect.isfunction(function):
                    yield function


def _is_left_alone(module: str) -> bool:
    from tensorflow.python.autograph.core import config

    return any(getattr(rule, "_prefix", "") == module for rule in config.CONVERSION_RULES)


def transformers_functions() -> Iterator[FunctionType]:
    """The methods and helpers that a model's graph is traced through, with what decorators wrapped."""
    from transformers import modeling_tf_utils, tf_utils
    from transformers.models.xlm_roberta import modeling_tf_xlm_roberta

    layers = [
        value
        for value in vars(modeling_tf_xlm_roberta).values()
        if isinstance(value, type) and value.__module__ == modeling_tf_xlm_roberta.__name__
    ]
    for owner in (modeling_tf_utils, tf_utils, *layers):
        for name in (
            *("call", "transpose_for_scores", "create_position_ids_from_input_ids", "hf_compute_loss"),
            *("input_processing", "booleans_processing"),
            *("shape_list", "check_embeddings_within_bounds", "stable_softmax"),
        ):
            function = vars(owner).get(name)
            while inspect.isfunction(function):
                yield function
                function = getattr(function, "__wrapped__", None)


def convert() -> None:
    """Convert them all; what TensorFlow's insides, arranged otherwise, do not convert, is left to the children.

    So is the message of a transformers that does not import.
    """
    try:
        from tensorflow.python.autograph.core import converter
        from tensorflow.python.autograph.impl import api

        # What Keras asks for when it calls a layer symbolically.
        options = converter.ConversionOptions(recursive=True, user_requested=False, optional_features=None)
        found = list(functions())
    except (ImportError, AttributeError, TypeError, RuntimeError) as error:  # transformers makes its own a RuntimeError
        print(f"harness.fresh.autograph_ahead: nothing converted ahead ({error})")
        return
    for function in found:
        try:
            api._convert_actual(function, converter.ProgramContext(options=options))
        except Exception as error:  # whatever it trips over, in TensorFlow 2.5 a subscript, children may do without
            print(f"harness.fresh.autograph_ahead: {function.__qualname__} is not converted ahead ({error})")


convert()
