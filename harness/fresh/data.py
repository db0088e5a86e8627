"""What a subject's data() and probes() return, as the arrays that every process feeds its model."""

from __future__ import annotations

from typing import Any, Iterator, Mapping

import numpy as np

from harness.fresh.aspects import tokenizer as tokenizers
from harness.fresh.subject import Subject
from harness.nouns import HarnessError
from harness.record.batches import Inputs, first, leaves
from harness.words import a_kind

#: How many examples are read of a tf.data.Dataset that does not say how many it has.
MOST = 10_000

_PAIR = "expected (x, y) or (x, y, sample_weight)"
_LEAF = "expected a numpy array, a tensor or a list, first axis examples"


def inputs_of(subject: Subject) -> Inputs:
    """The data of a subject, with its probes or, where it names none, slices of the data.

    Raises:
        HarnessError: Something cannot be used; the message names its place, what was given and what is expected.
    """
    data = data_of(subject.data())
    x = data[0]
    probes = probes_of(subject.probes()) if subject.probes else {"same": x, "one": first(x, 1), "few": first(x, 3)}
    return Inputs(data, probes, tuple(subject.texts() if subject.texts else tokenizers.TEXTS))


def data_of(given: Any) -> tuple[Any, ...]:
    """(x, y) or (x, y, sample_weight) as arrays, in the lists and dicts in which they were given."""
    if _is_dataset(given):
        given = _concatenated(given, "data()", _pair_of_batch)
    x, y, *weights = _pair(given, "data()")
    data = (
        _batch(x, "data()[0]"),
        _batch(y, "data()[1]", may_be_none=True),
        *(_batch(each, "data()[2]", may_be_none=True) for each in weights),
    )
    _require_examples(data, "data()")
    return data


def probes_of(given: Any) -> dict[str, Any]:
    """Inputs to predict on by name, as arrays; of a tf.data.Dataset, what predict() takes of its batches."""
    if not isinstance(given, Mapping) or not given:
        said = "none" if isinstance(given, Mapping) else a_kind(given)
        raise HarnessError(f"probes() returned {said}; expected inputs by name, for example {{'other': x}}")
    return {str(name): _probe(x, f"probes()[{name!r}]") for name, x in given.items()}


def _probe(x: Any, place: str) -> Any:
    if _is_dataset(x):
        x = _concatenated(x, place, lambda element, _: element[0] if isinstance(element, tuple) else element)
    batch = _batch(x, place)
    _require_examples(batch, place)
    return batch


def _pair(given: Any, place: str) -> tuple[Any, ...]:
    """What was given as (x, y) or (x, y, sample_weight); a weight that is None is none."""
    if not isinstance(given, tuple) or len(given) not in (1, 2, 3):
        said = f"{len(given)} values" if isinstance(given, tuple) else a_kind(given)
        raise HarnessError(f"{place} returned {said}; {_PAIR}")
    x, y, weight = (*given, None, None)[:3]
    if y is None:
        raise HarnessError(
            f"{place} returned x without y; {_PAIR}: a model that is trained on x alone is not checked yet"
        )
    return (x, y) if weight is None else (x, y, weight)


def _pair_of_batch(element: Any, place: str) -> tuple[Any, ...]:
    return _pair(element if isinstance(element, tuple) else (element,), place)


def _batch(value: Any, place: str, may_be_none: bool = False) -> Any:
    """A batch as arrays, in its lists and dicts.

    Args:
        value: What was given.
        place: Where, as messages name it.
        may_be_none: Whether inside a list or a dict None is an output without labels, or without weights.
    """
    if isinstance(value, Mapping) and value:
        return {str(key): _part(each, f"{place}[{key!r}]", may_be_none) for key, each in value.items()}
    if isinstance(value, (list, tuple)) and value and not _is_plain(value):
        parts = [_part(each, f"{place}[{number}]", may_be_none) for number, each in enumerate(value)]
        return tuple(parts) if isinstance(value, tuple) else parts
    return _array(value, place)


def _part(value: Any, place: str, may_be_none: bool) -> Any:
    return None if value is None and may_be_none else _batch(value, place, may_be_none)


def _is_plain(value: Any) -> bool:
    """Whether all leaves of a list are Python's or numpy's scalars, so that it is one array."""
    if isinstance(value, (list, tuple)):
        return all(map(_is_plain, value))
    return isinstance(value, (bool, int, float, complex, str, bytes, np.generic))


def _array(value: Any, place: str) -> np.ndarray:
    """One array of numbers, truth values or text, as Python's str."""
    said = _unusable(value)
    if said:
        raise HarnessError(f"{place} is {said}; {_LEAF}")
    array = _asarray(value, place)
    if array.ndim == 0:
        raise HarnessError(f"{place} is one value, {a_kind(value)}; {_LEAF}")
    if array.dtype.kind in "OSU":
        return _text(array, place)
    if array.dtype.name == "bfloat16":
        return array
    if array.dtype.kind not in "biuf" or array.dtype.itemsize > 8:
        raise HarnessError(f"{place} is of dtype {array.dtype}; expected numbers, truth values or text")
    return array.astype(array.dtype.newbyteorder("="), copy=False)


def _asarray(value: Any, place: str) -> np.ndarray:
    is_list = isinstance(value, (list, tuple))
    if is_list and len({isinstance(each, (str, bytes)) for each in leaves(value)}) > 1:
        raise HarnessError(f"{place} has text and numbers in one list; expected numbers, or text alone")
    try:
        return np.asarray(value.numpy() if callable(getattr(value, "numpy", None)) else value)
    except (ValueError, TypeError, AttributeError, RuntimeError):
        if is_list:  # what numpy says of it since 1.24
            raise HarnessError(f"{place} has lists of different lengths; {_LEAF}: pad them to one") from None
        raise HarnessError(f"{place} is {a_kind(value)}, which has no values; {_LEAF}") from None


def _unusable(value: Any) -> str:
    """What it is, of what cannot be an array; "" for what can."""
    if value is None:
        return "None"
    if isinstance(value, (list, tuple, Mapping)) and not value:
        return f"an empty {type(value).__name__}"
    if _is_dataset(value):
        return "a tf.data.Dataset inside of something"
    if hasattr(value, "row_splits") or hasattr(value, "dense_shape"):  # ragged and sparse tensors of TensorFlow
        return f"{a_kind(value)}, which the harness cannot compare yet"
    usable = (np.ndarray, list, tuple, bool, int, float, complex, str, bytes)
    if isinstance(value, type) or not (isinstance(value, usable) or hasattr(value, "__array__")):
        return a_kind(value)
    return ""


def _text(array: np.ndarray, place: str) -> np.ndarray:
    """Text as Python's str, since Keras 3 refuses arrays of numpy's."""
    values = array.ravel().tolist()
    if all(isinstance(each, (str, bytes)) for each in values):
        try:
            values = [each.decode("utf-8") if isinstance(each, bytes) else each for each in values]
        except UnicodeDecodeError:
            raise HarnessError(f"{place} has bytes that are no text in UTF-8; expected numbers or text") from None
        text = np.empty(len(values), dtype=object)
        text[:] = values
        return text.reshape(array.shape)
    if any(isinstance(each, (list, tuple, np.ndarray)) for each in values):
        raise HarnessError(f"{place} has lists of different lengths; {_LEAF}: pad them to one")
    if all(isinstance(each, (bool, int, float, np.generic)) for each in values):
        numbers = np.array(values)
        if numbers.dtype.kind in "biuf":
            return numbers.reshape(array.shape)
    other = next(each for each in values if not isinstance(each, (str, bytes)))
    raise HarnessError(f"{place} is of dtype object with {a_kind(other)} in it; expected numbers, or text alone")


def _is_dataset(value: Any) -> bool:
    return hasattr(value, "element_spec") and callable(getattr(value, "cardinality", None))


def _concatenated(dataset: Any, place: str, part: Any) -> Any:
    """What a tf.data.Dataset has, its batches one after another.

    Args:
        dataset: Of batches.
        place: Where it was given, as messages name it.
        part: (element, place) -> what of a batch is taken.
    """
    batches = [part(each, place) for each in _read(dataset, place)]
    if not batches:
        raise HarnessError(f"{place} is a tf.data.Dataset without batches; expected at least one")
    return _joined(batches, place)


def _read(dataset: Any, place: str) -> Iterator[Any]:
    cardinality = int(dataset.cardinality())
    if cardinality == -1:
        raise HarnessError(f"{place} is an infinite tf.data.Dataset; expected a finite one: take(n) batches of it")
    examples = 0
    for element in dataset:
        given = [each for each in leaves(element) if each is not None]
        if any(len(each.shape) == 0 for each in given):
            raise HarnessError(f"{place} is a tf.data.Dataset of single examples; expected batches: call batch(n)")
        examples += int(given[0].shape[0])
        if cardinality == -2 and examples > MOST:
            raise HarnessError(
                f"{place} is a tf.data.Dataset of unknown length with more than {MOST} examples; "
                "expected fewer: take(n) batches of it"
            )
        yield element


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
    arrays = [_array(each, place) for each in batches]
    try:
        return np.concatenate(arrays)
    except ValueError:
        shapes = " and ".join(dict.fromkeys(str(each.shape[1:]) for each in arrays))
        raise HarnessError(f"{place} has examples of shapes {shapes} in its batches; expected one: pad them") from None


def _require_examples(batch: Any, place: str) -> None:
    """Refuse arrays with different numbers of examples, or with none."""
    (where, array), *others = _places(batch, place)
    for other, each in others:
        if len(each) != len(array):
            raise HarnessError(
                f"{other} has {len(each)} examples, and {where} has {len(array)}; expected as many in each"
            )
    if not len(array):
        raise HarnessError(f"{where} has no examples; expected at least one")


def _places(batch: Any, place: str) -> Iterator[tuple[str, np.ndarray]]:
    """The arrays of a batch, each with its place as messages name it."""
    if isinstance(batch, (Mapping, list, tuple)):
        for key, each in batch.items() if isinstance(batch, Mapping) else enumerate(batch):
            yield from _places(each, f"{place}[{key!r}]")
    elif batch is not None:
        yield place, batch
