"""Config objects as JSON: the same model gives the same JSON in every process, and by any Keras.

A config that one Keras has written is read by another: what any of them notes in it beside the model is left out here,
and is no matter of a dialect.
"""

from __future__ import annotations

from typing import Any, Mapping

import numpy as np

# Not part of the model, but of how it was written: where it was loaded from, what save_pretrained
# notes, shapes seen while building, and what Keras' older and newer serializers add to a class's name.
_NOT_THE_MODEL = frozenset(
    {"_name_or_path", "architectures", "build_config", "module", "registered_name", "shared_object_id"}
)


def canonical(value: Any) -> Any:
    """Reduce a config to None, bool, int, float, str, list and dict.

    Functions and classes become their names, objects with a get_config their
    class and config, arrays nested lists.
    """
    if value is None or isinstance(value, (bool, int, float, str)):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "backslashreplace")
    if isinstance(value, Mapping):
        return {str(key): _entry(key, each) for key, each in value.items() if key not in _NOT_THE_MODEL}
    if isinstance(value, (set, frozenset)):
        return sorted(map(canonical, value), key=repr)
    if isinstance(value, (list, tuple)):
        return [canonical(each) for each in value]
    if isinstance(value, (np.ndarray, np.generic)):
        return canonical(value.tolist())
    return _object(value)


def _entry(key: Any, value: Any) -> Any:
    # "Custom>Layer" is how the older serializer writes the class that the newer one calls "Layer".
    return value.rpartition(">")[2] if key == "class_name" and isinstance(value, str) else canonical(value)


def _object(value: Any) -> Any:
    if hasattr(value, "get_config") and not isinstance(value, type):
        return {"class": type(value).__name__, "config": canonical(value.get_config())}
    if hasattr(value, "as_list"):  # tf.TensorShape
        return canonical(value.as_list() if value.rank is not None else None)
    if hasattr(value, "numpy"):
        return canonical(value.numpy())
    name = getattr(value, "name", None) or getattr(value, "__name__", None)  # dtypes; functions and classes
    if name is not None:
        return str(name)
    if hasattr(value, "to_dict"):  # a Hugging Face config
        return canonical(value.to_dict())
    return type(value).__name__


def canonical_loss(loss: Any) -> Any:
    """A loss as compile() understands it: a name and the function it stands for are the same loss."""
    from tensorflow import keras

    if isinstance(loss, Mapping):
        return {str(key): canonical_loss(each) for key, each in loss.items()}
    if isinstance(loss, (list, tuple)):
        return [canonical_loss(each) for each in loss]
    if isinstance(loss, str):
        try:
            return canonical(keras.losses.get(loss))
        except ValueError:
            return loss
    return canonical(loss)
