"""Batches: arrays in lists, tuples and dicts, as Keras takes them, first axis examples.

Beside numpy arrays, ragged and sparse ones; None is an input, an output or a weight that is not given.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Iterable, Iterator, Mapping, Sequence

from harness.record.composite import is_composite


@dataclass(frozen=True)
class Inputs:
    """What a model is observed with.

    Attributes:
        data: (x, y) or (x, y, sample_weight), of what it was trained on as many examples as are kept; it is evaluated
            and trained on with these. y may be None.
        probes: Inputs to predict on, by name.
        texts: What a tokenizer is observed with.
    """

    data: tuple[Any, ...]
    probes: Mapping[str, Any]
    texts: tuple[str, ...] = ()


def leaves(value: Any) -> Iterator[Any]:
    """The arrays of a batch, in the order in which they were given."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, (list, tuple)):
        yield value
        return
    for each in value:
        yield from leaves(each)


def flattened(value: Any) -> list[Any]:
    """The arrays of a batch in the order in which Keras flattens it: dicts by their sorted keys."""
    if isinstance(value, Mapping):
        value = [value[key] for key in sorted(value)]
    if not isinstance(value, (list, tuple)):
        return [value]
    return [leaf for each in value for leaf in flattened(each)]


def packed(structure: Any, arrays: Sequence[Any]) -> Any:
    """Arrays that were flattened, in the lists and dicts of a batch."""
    remaining = iter(arrays)

    def place(value: Any) -> Any:
        if isinstance(value, Mapping):
            placed = {key: place(value[key]) for key in sorted(value)}
            return {key: placed[key] for key in value}
        if isinstance(value, (list, tuple)):
            placed_in_order = [place(each) for each in value]
            return tuple(placed_in_order) if isinstance(value, tuple) else placed_in_order
        return next(remaining)

    return place(structure)


def mapped(function: Callable[[Any], Any], value: Any) -> Any:
    """The same batch, of what a function makes of its arrays; what is not given is not asked."""
    if isinstance(value, Mapping):
        return {name: mapped(function, each) for name, each in value.items()}
    if isinstance(value, (list, tuple)):
        several = [mapped(function, each) for each in value]
        return tuple(several) if isinstance(value, tuple) else several
    return None if value is None else function(value)


def first(x: Any, examples: int) -> Any:
    """The first examples of a batch."""
    return mapped(lambda each: each.first(examples) if is_composite(each) else each[:examples], x)


def examples(x: Any) -> int:
    """How many examples a batch has, of arrays or of tensors."""
    return int(next(each for each in leaves(x) if each is not None).shape[0])


def flatten(path: str, value: Any) -> dict[str, Any]:
    """Name every array by its path: "same", "same/0", "same/sentiment"; what a ragged one is made of: "same/values"."""
    if is_composite(value):
        value = value.parts
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
    return None if value is None else "array"


def is_flat(x: Any) -> bool:
    """Whether a batch is a dict of arrays, without further lists and dicts in it."""
    return isinstance(x, Mapping) and not any(isinstance(each, (Mapping, list, tuple)) for each in x.values())


def in_order(x: Any, names: Sequence[str]) -> list[Any]:
    """The arrays of a batch in the order of a model's inputs: by their names, where it is a dict of them.

    What a model does not ask for is left out then. Otherwise as Keras flattens them.
    """
    if is_flat(x) and set(names) <= set(x):
        return [x[name] for name in names]
    return flattened(x)


def alongside(x: Any, known: Mapping[str, Any]) -> list[Any]:
    """What is known of each array of a batch, as Keras flattens it, by the names of a model's inputs, in their order.

    By its name in a dict, else by its place; None for what nothing is known of.
    """
    if is_flat(x) and set(x) & set(known):
        return [known.get(name) for name in sorted(x)]
    count = len(flattened(x))
    return [*known.values(), *[None] * count][:count]
