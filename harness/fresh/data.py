"""What a subject's data() and probes() return, as the arrays that every process feeds its model."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Iterator, Mapping

import numpy as np

from harness.fresh.aspects import tokenizer as tokenizers
from harness.fresh.subject import Subject
from harness.fresh.tensors import array_of
from harness.nouns import HarnessError
from harness.record.arrays_and_json import objects
from harness.record.batches import Inputs, first, leaves
from harness.record.composite import Composite, Ragged, Sparse, is_composite
from harness.words import a_kind

#: How many examples are read of what does not say how many it has: a generator, or such a tf.data.Dataset.
MOST = 10_000
#: How many examples a model is observed, evaluated and trained on with, and a record keeps: the first of them. It is
#: trained on all.
KEPT = 128

_PAIR = "expected x, (x, y) or (x, y, sample_weight)"
_LEAF = "expected a numpy array, a tensor or a list, first axis examples"
_UNEVEN = "pad them to one, or give a tf.RaggedTensor"


@dataclass(frozen=True)
class Given(Inputs):
    """What a subject gave: what its model is observed with, and all that it is trained on.

    Attributes:
        training: (x, y) or (x, y, sample_weight), of all examples. y may be None.
    """

    training: tuple[Any, ...] = ()


def inputs_of(subject: Subject) -> Given:
    """The data of a subject, with its probes or, where it names none, slices of the data.

    Raises:
        HarnessError: Something cannot be used; the message names its place, what was given and what is expected.
    """
    training = data_of(subject.data())
    data = first(training, KEPT)
    x = data[0]
    probes = probes_of(subject.probes()) if subject.probes else {"same": x, "one": first(x, 1), "few": first(x, 3)}
    return Given(data, probes, tuple(subject.texts() if subject.texts else tokenizers.TEXTS), training)


def data_of(given: Any) -> tuple[Any, ...]:
    """(x, y) or (x, y, sample_weight) as arrays, in the lists and dicts in which they were given; y may be None."""
    batches = _batches(given, "data()")
    data = _taken(given, "data()") if batches is None else _concatenated(batches, "data()", _taken)
    _require_examples(data, "data()")
    return data


def probes_of(given: Any) -> dict[str, Any]:
    """Inputs to predict on by name, as arrays; of batches, what predict() takes of them."""
    if not isinstance(given, Mapping) or not given:
        said = "none" if isinstance(given, Mapping) else a_kind(given)
        raise HarnessError(f"probes() returned {said}; expected inputs by name, for example {{'other': x}}")
    return {str(name): _probe(x, f"probes()[{name!r}]") for name, x in given.items()}


def _probe(x: Any, place: str) -> Any:
    batches = _batches(x, place)
    batch = _batch(x, place) if batches is None else _concatenated(batches, place, _x_of_batch)
    _require_examples(batch, place)
    return batch


def _x_of_batch(element: Any, place: str) -> Any:
    return _batch(element[0] if isinstance(element, tuple) else element, place)


def _taken(given: Any, place: str) -> tuple[Any, ...]:
    """x, (x, y) or (x, y, sample_weight), as (x, y) or (x, y, sample_weight)."""
    x, y, *weight = _pair(given, place)
    return (
        _batch(x, f"{place}[0]"),
        _part(y, f"{place}[1]"),
        *(_batch(each, f"{place}[2]") for each in weight),
    )


def _pair(given: Any, place: str) -> tuple[Any, ...]:
    """What was given, with a y that may be None; a weight that is None is none."""
    if isinstance(given, list) or given is None:
        hint = "" if given is None else "; several inputs without labels are ([x, ...], None)"
        raise HarnessError(f"{place} returned {a_kind(given)}; {_PAIR}{hint}")
    if not isinstance(given, tuple):
        given = (given,)
    if len(given) not in (1, 2, 3):
        raise HarnessError(f"{place} returned {len(given)} values; {_PAIR}")
    x, y, weight = (*given, None, None)[:3]
    return (x, y) if weight is None else (x, y, weight)


def _batch(value: Any, place: str) -> Any:
    """A batch as arrays, in its lists and dicts, where None is an input, labels or weights that are not given.

    Args:
        value: What was given.
        place: Where, as messages name it.
    """
    if isinstance(value, Mapping) and value:
        return {str(key): _part(each, f"{place}[{key!r}]") for key, each in value.items()}
    if isinstance(value, (list, tuple)) and value and not _is_plain(value):
        parts = [_part(each, f"{place}[{number}]") for number, each in enumerate(value)]
        return tuple(parts) if isinstance(value, tuple) else parts
    return _array(value, place)


def _part(value: Any, place: str) -> Any:
    return None if value is None else _batch(value, place)


def _is_plain(value: Any) -> bool:
    """Whether all leaves of a list are Python's or numpy's scalars, so that it is one array."""
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return isinstance(value, (bool, int, float, complex, str, bytes, np.generic))


def _array(value: Any, place: str) -> np.ndarray | Composite:
    """One array of numbers, truth values or text, as Python's str, or of bytes that are no text."""
    said = _unusable(value)
    if said:
        raise HarnessError(f"{place} is {said}; {_LEAF}")
    array = _asarray(value, place)
    if isinstance(array, Ragged):
        return Ragged(_feedable(array.values, place), array.row_splits)
    if isinstance(array, Sparse):
        return Sparse(array.indices, _feedable(array.values, place), array.dense_shape)
    if array.ndim == 0:
        raise HarnessError(f"{place} is one value, {a_kind(value)}; {_LEAF}")
    return _feedable(array, place)


def _feedable(array: np.ndarray, place: str) -> np.ndarray:
    """An array of numpy, of what every process can feed."""
    if array.dtype.kind in "OSU":
        return _text(array, place)
    if array.dtype.name == "bfloat16":
        return array
    if array.dtype.kind not in "biufc" or array.dtype.name in ("float128", "complex256"):
        raise HarnessError(f"{place} is of dtype {array.dtype}; expected numbers, truth values or text")
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _asarray(value: Any, place: str) -> Any:
    is_list = isinstance(value, (list, tuple))
    kinds = {isinstance(each, (str, bytes)) for each in leaves(value)} if is_list else set()
    if len(kinds) > 1:
        raise HarnessError(f"{place} has text and numbers in one list; expected numbers, or text alone")
    try:
        if kinds == {True}:
            return np.array(value, dtype=object)  # numpy's own kinds of text lose zeros at the end
        if callable(getattr(value, "tocoo", None)):  # a sparse matrix of scipy
            return _of_scipy(value.tocoo())
        as_tensor = is_list or hasattr(value, "row_splits") or hasattr(value, "dense_shape")
        return array_of(value.numpy() if not as_tensor and callable(getattr(value, "numpy", None)) else value)
    except (ValueError, TypeError, AttributeError, RuntimeError):
        if is_list:  # what numpy says of it since 1.24
            raise HarnessError(f"{place} has lists of different lengths; {_LEAF}: {_UNEVEN}") from None
        raise HarnessError(f"{place} is {a_kind(value)}, which has no values; {_LEAF}") from None


def _of_scipy(matrix: Any) -> Sparse:
    """A matrix in coordinates, sorted by rows as TensorFlow sorts them."""
    order = np.lexsort((matrix.col, matrix.row))
    indices = np.stack([matrix.row, matrix.col], axis=1).astype("int64")
    return Sparse(indices[order], np.asarray(matrix.data)[order], np.array(matrix.shape, "int64"))


def _unusable(value: Any) -> str:
    """What it is, of what cannot be an array; "" for what can."""
    if value is None:
        return "None"
    if isinstance(value, (list, tuple, Mapping)) and not value:
        return f"an empty {type(value).__name__}"
    if _is_dataset(value):
        return "a tf.data.Dataset inside of something"
    if any(hasattr(value, each) for each in ("row_splits", "dense_shape", "tocoo")) and not isinstance(value, type):
        return ""
    usable = (np.ndarray, list, tuple, bool, int, float, complex, str, bytes)
    if isinstance(value, type) or not (isinstance(value, usable) or hasattr(value, "__array__")):
        return a_kind(value)
    return ""


def _text(array: np.ndarray, place: str) -> np.ndarray:
    """Text as Python's str, since Keras 3 refuses arrays of numpy's; bytes, where one of them is no text in UTF-8."""
    values = array.ravel().tolist()
    if all(isinstance(each, (str, bytes)) for each in values):
        try:
            values = [each.decode("utf-8") if isinstance(each, bytes) else each for each in values]
        except UnicodeDecodeError:
            values = [each.encode("utf-8") if isinstance(each, str) else each for each in values]
        return objects(values).reshape(array.shape)
    if any(isinstance(each, (list, tuple, np.ndarray)) for each in values):
        raise HarnessError(f"{place} has lists of different lengths; {_LEAF}: {_UNEVEN}")
    if all(isinstance(each, (bool, int, float, complex, np.generic)) for each in values):
        numbers = np.array(values)
        if numbers.dtype.kind in "biufc":
            return numbers.reshape(array.shape)
    other = next(each for each in values if not isinstance(each, (str, bytes)))
    raise HarnessError(f"{place} is of dtype object with {a_kind(other)} in it; expected numbers, or text alone")


def _is_dataset(value: Any) -> bool:
    return hasattr(value, "element_spec") and callable(getattr(value, "cardinality", None))


@dataclass(frozen=True)
class _Batches:
    """What is read batch by batch.

    Attributes:
        kind: What it is, as messages name it.
        each: The batches.
        known: Whether it said how many there are.
    """

    kind: str
    each: Iterator[Any]
    known: bool


def _batches(value: Any, place: str) -> _Batches | None:
    """A tf.data.Dataset, a Sequence of Keras (a PyDataset) or a generator, as its batches; None for anything else."""
    if _is_dataset(value):
        cardinality = int(value.cardinality())
        if cardinality == -1:
            raise HarnessError(f"{place} is an infinite tf.data.Dataset; expected a finite one: take(n) batches of it")
        return _Batches("a tf.data.Dataset", iter(value), cardinality != -2)
    if _is_sequence(value):
        batches = getattr(value, "num_batches", len(value))
        if batches is None:
            raise HarnessError(f"{place} is {a_kind(value)} without an end; expected one with a length")
        return _Batches(a_kind(value), (value[number] for number in range(batches)), True)
    if isinstance(value, Iterator):
        return _Batches(a_kind(value), value, False)
    return None


def _is_sequence(value: Any) -> bool:
    return any(
        each.__name__ in ("Sequence", "PyDataset") and "keras" in each.__module__ for each in type(value).__mro__
    )


def _concatenated(batches: _Batches, place: str, taken: Callable[[Any, str], Any]) -> Any:
    """Batches one after another.

    Args:
        batches: What is read.
        place: Where it was given, as messages name it.
        taken: (batch, place) -> the arrays that are taken of it.
    """
    read, examples = [], 0
    for element in batches.each:
        given = [each for each in leaves(element) if each is not None]
        if any(len(each.shape) == 0 for each in given if hasattr(each, "shape")):
            raise HarnessError(f"{place} is {batches.kind} of single examples; expected batches: {_how(batches)}")
        read.append(taken(element, place))
        examples += int(next(each for each in leaves(read[-1]) if each is not None).shape[0])
        if not batches.known and examples > MOST:
            raise HarnessError(
                f"{place} is {batches.kind} of unknown length with more than {MOST} examples; "
                "expected fewer: take(n) batches of it"
            )
    if not read:
        raise HarnessError(f"{place} is {batches.kind} without batches; expected at least one")
    return _joined(read, place)


def _how(batches: _Batches) -> str:
    return "call batch(n)" if batches.kind == "a tf.data.Dataset" else "first axis examples"


def _joined(batches: list[Any], place: str) -> Any:
    """Batches of one structure, as one."""
    some = batches[0]
    if isinstance(some, Mapping):
        return {key: _joined([each[key] for each in batches], f"{place}[{key!r}]") for key in some}
    if isinstance(some, (list, tuple)):
        parts = [_joined([each[number] for each in batches], f"{place}[{number}]") for number in range(len(some))]
        return tuple(parts) if isinstance(some, tuple) else parts
    if some is None:
        return None
    if len({each.shape[1:] for each in batches}) > 1:
        shapes = " and ".join(dict.fromkeys(str(each.shape[1:]) for each in batches))
        raise HarnessError(
            f"{place} has examples of shapes {shapes} in its batches; expected one: pad them, or give a tf.RaggedTensor"
        )
    return type(some).joined(batches) if is_composite(some) else np.concatenate(batches)


def _require_examples(batch: Any, place: str) -> None:
    """Refuse arrays with different numbers of examples, or with none."""
    places = list(_places(batch, place))
    if not places:
        raise HarnessError(f"{place} has no arrays; {_LEAF}")
    (where, array), *others = places
    for other, each in others:
        if each.shape[0] != array.shape[0]:
            raise HarnessError(
                f"{other} has {each.shape[0]} examples, and {where} has {array.shape[0]}; expected as many in each"
            )
    if not array.shape[0]:
        raise HarnessError(f"{where} has no examples; expected at least one")


def _places(batch: Any, place: str) -> Iterator[tuple[str, Any]]:
    """The arrays of a batch, each with its place as messages name it."""
    if isinstance(batch, (Mapping, list, tuple)):
        for key, each in batch.items() if isinstance(batch, Mapping) else enumerate(batch):
            yield from _places(each, f"{place}[{key!r}]")
    elif batch is not None:
        yield place, batch
