"""Batches: arrays in lists, tuples and dicts, as Keras takes them, first axis examples."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Iterable, Iterator, Mapping


@dataclass(frozen=True)
class Inputs:
    """What a model is observed with.

    Attributes:
        data: (x, y) or (x, y, sample_weight), what it was trained and is evaluated on.
        probes: Inputs to predict on, by name.
        texts: What a tokenizer is observed with.
    """

    data: tuple[Any, ...]
    probes: Mapping[str, Any]
    texts: tuple[str, ...] = ()


def leaves(value: Any) -> Iterator[Any]:
    """The arrays of a batch."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, (list, tuple)):
        yield value
        return
    for each in value:
        yield from leaves(each)


def mapped(function: Callable[[Any], Any], value: Any) -> Any:
    """The same batch, of what a function makes of its arrays."""
    if isinstance(value, Mapping):
        return {name: mapped(function, each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        return type(value)(mapped(function, each) for each in value)
    return function(value)


def first(x: Any, examples: int) -> Any:
    """The first examples of a batch."""
    return mapped(lambda each: each[:examples], x)


def examples(x: Any) -> int:
    """How many examples a batch has."""
    return len(next(leaves(x)))


def flatten(path: str, value: Any) -> dict[str, Any]:
    """Name every leaf by its path: "same", "same/0", "same/sentiment"."""
    if isinstance(value, Mapping):
        items: Iterable[tuple[Any, Any]] = value.items()
    elif isinstance(value, (list, tuple)):
        items = enumerate(value)
    else:
        return {path: value}
    return {name: leaf for key, each in items for name, leaf in flatten(f"{path}/{key}", each).items()}


def structure(value: Any) -> Any:
    """The lists and dicts of a batch, in their order, without its arrays."""
    if isinstance(value, Mapping):
        return {str(key): structure(each) for key, each in value.items()}
    if isinstance(value, (list, tuple)):
        return [structure(each) for each in value]
    return "array"


def by_name(x: Any, names: Iterable[str]) -> Mapping[str, Any]:
    """A batch as a dict of arrays; one without names gets these, in their order."""
    if isinstance(x, Mapping):
        return x
    return dict(zip(names, x if isinstance(x, (list, tuple)) else [x]))
