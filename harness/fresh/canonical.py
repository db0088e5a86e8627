"""Config objects as JSON: the same model gives the same JSON in every process, and by any Keras.

A config that one Keras has written is read by another: what any of them notes in it beside the model is left out here,
and is no matter of a dialect.
"""

from __future__ import annotations

import base64
import hashlib
import marshal
from types import CodeType
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
        return {str(key): _entry(key, each) for key, each in _read(value).items() if key not in _NOT_THE_MODEL}
    if isinstance(value, (set, frozenset)):
        return sorted(map(canonical, value), key=repr)
    if isinstance(value, (list, tuple)):
        return [canonical(each) for each in value]
    if isinstance(value, (np.ndarray, np.generic)):
        return canonical(value.tolist())
    return _object(value)


def _read(config: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """A config, and in place of the code of a lambda what it does: Keras keeps it marshalled, in base64."""
    if config.get("class_name") == "__lambda__" and isinstance(config.get("config"), Mapping):
        return {**config, "config": {**config["config"], "code": what_code_does(config["config"].get("code"))}}
    if config.get("function_type") == "lambda" and isinstance(config.get("function"), (list, tuple)):
        code, *rest = config["function"] or [None]
        return {**config, "function": [what_code_does(code), *rest]}
    return config


def what_code_does(text: Any) -> Any:
    """A digest of marshalled code, by what it does; what is no code that this Python can read stays as it is.

    The same code is marshalled into other bytes when it has been through a file: they say how often each constant is
    used in the process, in which file and in which lines it stood. It is read as data, and never run.

    Args:
        text: What Keras writes, base64.
    """
    try:
        code = marshal.loads(base64.b64decode(text))
    except (TypeError, ValueError, EOFError):
        return text
    if not isinstance(code, CodeType):
        return text
    return f"{code.co_name}, sha256 {hashlib.sha256(repr(_doing(code)).encode()).hexdigest()}"


def _doing(value: Any) -> Any:
    """What a constant of some code is: of code, its instructions, and what these refer to."""
    if isinstance(value, CodeType):
        names = (value.co_names, value.co_varnames, value.co_freevars, value.co_cellvars)
        arguments = (value.co_argcount, value.co_posonlyargcount, value.co_kwonlyargcount, value.co_flags)
        handlers = getattr(value, "co_exceptiontable", b"")  # since Python 3.11
        return (value.co_code, handlers, arguments, names, _doing(value.co_consts))
    if isinstance(value, tuple):
        return ("tuple", *map(_doing, value))
    if isinstance(value, frozenset):  # of constants, in the order of their hashes
        return ("frozenset", *sorted(map(repr, map(_doing, value))))
    return type(value).__name__, repr(value)


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
