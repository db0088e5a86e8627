"""JSON values as the frozen dataclasses that they were written from; what is of another type is told by its field."""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, Mapping, TypeVar, get_args, get_origin, get_type_hints

Kind = TypeVar("Kind")

_WORDS: Mapping[Any, str] = {str: "text", int: "a whole number", float: "a number", bool: "true or false"}


#: Letters of a value that a message has.
_SHOWN = 60


class Malformed(Exception):
    """A value is not of its field's type; the message has the field, what was expected, and what is there."""


def structured(kind: type[Kind], value: Any, field: str = "") -> Kind:
    """A dataclass of JSON values; lists are tuples where its fields say so.

    Args:
        kind: A dataclass of str, int, float, bool, Any, tuples, mappings from str, and such dataclasses.
        value: What JSON had for it.
        field: Where it stands, for messages: "recipe.arguments".

    Raises:
        Malformed: A field is missing, unknown, or of another type.
    """
    result: Kind = _read(kind, value, field)
    return result


def _read(kind: Any, value: Any, field: str) -> Any:
    if kind is Any:
        return value
    if is_dataclass(kind):
        return _dataclass(kind, value, field)
    if get_origin(kind) is tuple:
        return _tuple(get_args(kind), value, field)
    if get_origin(kind) in (Mapping, AbstractMapping):
        return {name: _read(get_args(kind)[1], each, _within(field, name)) for name, each in _object(value, field)}
    # To Python True is an int, and 1 a float.
    if kind is float and type(value) is int:
        return value
    return value if type(value) is kind else _refuse(field, _WORDS[kind], value)


def _dataclass(kind: Any, value: Any, field: str) -> Any:
    held, hints = dict(_object(value, field)), _hints(kind)
    for name in held:
        if name not in hints:
            raise Malformed(f"there is no field {_within(field, name)}")
    for each in fields(kind):
        if each.name not in held and each.default is MISSING and each.default_factory is MISSING:
            raise Malformed(f"the field {_within(field, each.name)} is missing")
    return kind(**{name: _read(hints[name], each, _within(field, name)) for name, each in held.items()})


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind)


def _tuple(kinds: tuple[Any, ...], value: Any, field: str) -> tuple[Any, ...]:
    if not isinstance(value, (list, tuple)):
        _refuse(field, "a list", value)
    if kinds[-1] is not Ellipsis:
        if len(kinds) != len(value):
            _refuse(field, f"a list of {len(kinds)}", value)
        return tuple(_read(kind, each, f"{field}[{place}]") for place, (kind, each) in enumerate(zip(kinds, value)))
    return tuple(_read(kinds[0], each, f"{field}[{place}]") for place, each in enumerate(value))


def _object(value: Any, field: str) -> Any:
    """Of what was JSON all names are text; of a nested value they may have become another thing."""
    if not isinstance(value, dict) or not all(isinstance(name, str) for name in value):
        _refuse(field, "an object", value)
    return value.items()


def _within(field: str, name: str) -> str:
    return f"{field}.{name}" if field else name


def _refuse(field: str, expected: str, value: Any) -> Any:
    shown = repr(value)
    shown = shown if len(shown) <= _SHOWN else f"{shown[:_SHOWN]}..."
    raise Malformed(f"{field + ': ' if field else ''}expected {expected}. Received: {shown}")
