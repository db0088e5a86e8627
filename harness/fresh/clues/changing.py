"""Python attributes that training changes: state that is no variable, which no format keeps."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

from harness.fresh.clues.parts import is_own, own_attributes
from harness.fresh.layers import layers_within
from harness.nouns import Clue

Attributes = Mapping[str, Mapping[str, str]]

_WIDTH = 40


def attributes_of(model: Any) -> Attributes:
    """Where -> attribute -> its value in words, of the plain attributes that the author's classes have."""
    parts = {"the model": model, **{f"layer {path!r}": layer for path, layer in layers_within(model).items()}}
    return {where: dict(_attributes(part)) for where, part in parts.items() if is_own(type(part))}


def changed(before: Attributes, model: Any) -> Iterator[Clue]:
    """One clue for each attribute that is another one now, and is not in the config."""
    parts = {"the model": model, **{f"layer {path!r}": layer for path, layer in layers_within(model).items()}}
    for where, now in attributes_of(model).items():
        for name, value in now.items():
            was = before.get(where, {}).get(name)
            if was is not None and was != value and name not in _config(parts[where]):
                facts = {"class": type(parts[where]).__name__, "attribute": name, "before": was, "after": value}
                yield Clue("changing_attribute", where, {key: _short(each) for key, each in facts.items()})


def _attributes(part: Any) -> Iterator[tuple[str, str]]:
    for name, value in own_attributes(part).items():
        if _is_plain(value):
            yield name, repr(_unwrapped(value))


def _is_plain(value: Any) -> bool:
    """Whether it is a number, text, or made of these; what has tensors, layers or functions in it is another matter."""
    if isinstance(value, Mapping):
        return all(map(_is_plain, value.values()))
    if isinstance(value, (list, tuple, set, frozenset)):
        return all(map(_is_plain, value))
    return value is None or isinstance(value, (bool, int, float, complex, str, bytes))


def _unwrapped(value: Any) -> Any:
    """What Keras wraps to track it, as what it was."""
    if isinstance(value, Mapping):
        return {key: _unwrapped(each) for key, each in value.items()}
    if isinstance(value, (set, frozenset)):
        return sorted(value, key=repr)
    return [_unwrapped(each) for each in value] if isinstance(value, (list, tuple)) else value


def _config(part: Any) -> Mapping[str, Any]:
    try:
        config = part.get_config()
    except Exception:  # code of the author's, or of a class that has none
        return {}
    return config if isinstance(config, Mapping) else {}


def _short(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 3]}..."
