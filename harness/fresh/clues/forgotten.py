"""Constructor arguments that get_config does not return: what is built from the config again has their defaults."""

from __future__ import annotations

import inspect
from typing import Any, Iterator, Mapping

from harness.fresh.clues.parts import is_own, own_parts
from harness.observation import Clue

#: What Keras' own constructors take and return themselves.
_OF_KERAS = frozenset(["name", "dtype", "trainable", "dynamic", "autocast", "activity_regularizer", "reduction"])
_WIDTH = 60
_NOWHERE = object()


def forgotten(model: Any) -> Iterator[Clue]:
    """One clue for each argument that is not in the config, and is not what it is by default; and one for no config."""
    for where, part in own_parts(model):
        try:
            config = _config(part)
        except NotImplementedError:  # what Keras' own get_config raises where a constructor has arguments
            yield Clue("no_config", where, {"class": type(part).__name__})
            continue
        # Who wrote from_config may make the arguments of something else; who wrote no constructor has Keras' own.
        if config is None or _is_own_method(part, "from_config") or not _is_own_method(part, "__init__"):
            continue
        for parameter in inspect.signature(type(part).__init__).parameters.values():
            if parameter.name in config or parameter.name in _OF_KERAS or not _is_named(parameter):
                continue
            value = _kept(part, parameter.name)
            if value is _NOWHERE and parameter.default is not inspect.Parameter.empty:
                continue  # nobody can say what it was
            if value is not _NOWHERE and _same(value, parameter.default):
                continue
            has_default = parameter.default is not inspect.Parameter.empty
            yield Clue(
                "forgotten_argument" if has_default else "forgotten_required", where, _facts(part, parameter, value)
            )


def _facts(part: Any, parameter: inspect.Parameter, value: Any) -> dict[str, str]:
    default = {} if parameter.default is inspect.Parameter.empty else {"default": _short(parameter.default)}
    value = "what nobody knows" if value is _NOWHERE else _short(value)
    return {"class": type(part).__name__, "argument": parameter.name, "value": value, **default}


def _config(part: Any) -> Mapping[str, Any] | None:
    """What get_config returns; None of a function, and of what has none.

    Raises:
        NotImplementedError: It is for the author to write one: so Keras says it where a constructor has arguments.
    """
    if isinstance(part, type) or not hasattr(part, "get_config") or not hasattr(type(part), "__init__"):
        return None
    try:
        config = part.get_config()
    except NotImplementedError:  # it is this that is told, and nothing else that get_config raises
        raise
    except Exception:  # it has none that can be called: that is another matter
        return None
    return config if isinstance(config, Mapping) else None


def _is_own_method(part: Any, name: str) -> bool:
    """Whether a class of the author's defines a method itself."""
    return any(name in vars(kind) for kind in type(part).__mro__ if is_own(kind))


def _is_named(parameter: inspect.Parameter) -> bool:
    return parameter.name != "self" and parameter.kind in (parameter.POSITIONAL_OR_KEYWORD, parameter.KEYWORD_ONLY)


def _kept(part: Any, name: str) -> Any:
    """The attribute in which an argument is kept, by its name, as most do."""
    return getattr(part, name, getattr(part, f"_{name}", _NOWHERE))


def _same(value: Any, default: Any) -> bool:
    try:
        return bool(value is default or value == default)
    except (TypeError, ValueError):  # arrays, which have no one truth
        return False


def _short(value: Any) -> str:
    text = " ".join(repr(value).split())
    if " object at 0x" in text:
        return f"a {type(value).__name__}"
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."
