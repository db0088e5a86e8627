"""What data() and probes() may return, and what is refused, in one sentence that names the place."""

from __future__ import annotations

import itertools
import re
from collections import UserDict, namedtuple

import numpy as np
import pytest

from harness.fresh import data
from harness.fresh.data import data_of, inputs_of, probes_of
from harness.fresh.subject import Subject
from harness.nouns import HarnessError
from harness.record.arrays_and_json import objects

X, Y = np.ones((4, 3), "float32"), np.arange(4)
LEAF = "expected a numpy array, a tensor or a list, first axis examples"
PAIR = "expected x, (x, y) or (x, y, sample_weight)"
UNEVEN = "pad them to one, or give a tf.RaggedTensor"
HINT = "several inputs without labels are ([x, ...], None)"


class Tensor:
    """As an eager tensor shows itself."""

    def __init__(self, value):
        self.value = np.asarray(value)
        self.shape = self.value.shape

    def numpy(self):
        return self.value

    def __array__(self, dtype=None, copy=None):
        return self.value


class Frame:
    """As pandas shows itself."""

    def __array__(self, dtype=None, copy=None):
        return X


class RaggedTensor:
    """As an eager one shows itself: [[1, 2], [], [3], [4]]."""

    row_splits = np.array([0, 2, 2, 3, 4])
    nested_row_splits = (row_splits,)
    flat_values = np.array([1, 2, 3, 4])
    shape = (4, None)


class SparseTensor:
    """As an eager one shows itself."""

    indices = np.array([[0, 1], [3, 0]])
    values = np.array([b"a", b"b"], dtype=object)
    dense_shape = np.array([4, 2])
    shape = (4, 2)


class Matrix:
    """As a sparse matrix of scipy shows itself, in coordinates that are not sorted."""

    shape = (4, 2)
    row, col, data = np.array([3, 0]), np.array([0, 1]), np.array([2.0, 1.0])

    def tocoo(self):
        return self


class Sequence:
    """As keras.utils.Sequence shows itself."""

    def __init__(self, *batches, num_batches=0):
        self.batches, self.num_batches = batches, len(batches) if num_batches == 0 else num_batches

    def __len__(self):
        return len(self.batches)

    def __getitem__(self, number):
        return self.batches[number]


Sequence.__module__ = "keras.src.utils"


class Symbolic:
    """As a tensor of a graph shows itself."""

    def __array__(self, dtype=None, copy=None):
        raise NotImplementedError("a symbolic tensor has no value")


class Dataset:
    """As a tf.data.Dataset shows itself."""

    element_spec = None

    def __init__(self, *elements, cardinality=None):
        self.elements, self.known = elements, len(elements) if cardinality is None else cardinality

    def cardinality(self):
        return Tensor(self.known).value

    def __iter__(self):
        return iter(self.elements)


Pair = namedtuple("Pair", "one other")


def same(one, other):
    if isinstance(one, np.ndarray):
        return type(one) is type(other) and one.dtype == other.dtype and one.tolist() == other.tolist()
    if isinstance(one, dict):
        return type(other) is dict and list(one) == list(other) and all(same(one[key], other[key]) for key in one)
    if isinstance(one, (list, tuple)):
        return type(one) is type(other) and len(one) == len(other) and all(map(same, one, other))
    return one is other


TEXT = np.array(["a", "b", "ß", "d"], dtype=object)


@pytest.mark.parametrize(
    ("given", "taken"),
    [
        pytest.param(X, X, id="array"),
        pytest.param(Tensor(X), X, id="tensor"),
        pytest.param(Frame(), X, id="frame"),
        pytest.param([1, 2, 3, 4], np.array([1, 2, 3, 4]), id="list of numbers"),
        pytest.param(((1.0, 2), (3, 4), (5, 6), (7, 8)), np.arange(1.0, 9).reshape(4, 2), id="tuple of tuples"),
        pytest.param([np.float32(1)] * 4, np.ones(4, "float32"), id="list of numpy's numbers"),
        pytest.param([True, False] * 2, np.array([True, False] * 2), id="truth values"),
        pytest.param(["a", "b", "ß", "d"], TEXT, id="list of text"),
        pytest.param([[each] for each in "abßd"], TEXT.reshape(4, 1), id="column of text"),
        pytest.param(np.array(["a", "b", "ß", "d"]), TEXT, id="numpy's text"),
        pytest.param([each.encode() for each in "abßd"], TEXT, id="bytes"),
        pytest.param(Tensor(np.array([each.encode() for each in "abßd"], dtype=object)), TEXT, id="tensor of text"),
        pytest.param(np.array([1, 2, 3, 4], dtype=object), np.array([1, 2, 3, 4]), id="objects that are numbers"),
        pytest.param(np.arange(4, dtype=">i4"), np.arange(4, dtype="int32"), id="another byte order"),
        pytest.param([X, Tensor(Y)], [X, Y], id="several inputs"),
        pytest.param((X, [Y, ["a", "b", "ß", "d"]]), (X, [Y, TEXT]), id="nested inputs"),
        pytest.param({"ids": Tensor(Y), "text": list("abßd")}, {"ids": Y, "text": TEXT}, id="dict"),
        pytest.param(UserDict(ids=Y), {"ids": Y}, id="another mapping"),
        pytest.param(Pair(X, Y), (X, Y), id="named tuple"),
    ],
)
def test_whatever_keras_takes_becomes_arrays_of_the_same_values_and_dtypes(given, taken):
    assert same(taken, data_of((given, Y))[0])
    assert same(taken, data_of((X, given))[1])
    assert same(taken, data_of((X, Y, given))[2])
    assert same(taken, probes_of({"other": given})["other"])


def test_bfloat16_stays_what_it_is():
    dtype = pytest.importorskip("ml_dtypes").bfloat16

    assert dtype == data_of((np.ones(2, dtype), Y[:2]))[0].dtype


def test_a_weight_that_is_none_is_none():
    assert 2 == len(data_of((X, Y, None)))


def test_an_output_may_be_without_labels_and_without_weights():
    _, labels, weights = data_of((X, [Y, None], {"one": None, "other": Y}))

    assert labels[1] is None
    assert weights["one"] is None


@pytest.mark.parametrize("dtype", ["float16", "float64", "uint8", "int64", "bool", "complex64", "complex128"])
def test_every_dtype_stays_what_it_is(dtype):
    assert dtype == data_of((np.ones((4, 2), dtype), Y))[0].dtype


def test_bytes_that_are_no_text_stay_bytes():
    given = [b"\xff\xd8", b"a", "ß".encode(), b"\x00"]

    assert given == data_of((given, Y))[0].tolist()
    assert given == data_of((Tensor(objects(given)), Y))[0].tolist()


@pytest.mark.parametrize(
    "given", [(X, None), (X,), X, Tensor(X), Dataset(X[:3], X[3:]), Dataset((X,)), (X, None, None)]
)
def test_there_may_be_no_labels(given):
    x, y = data_of(given)

    assert same(X, x)
    assert y is None


def test_a_dict_alone_is_inputs_without_labels():
    assert same(({"a": X}, None), data_of({"a": X}))


def test_an_input_may_be_none():
    assert same(({"a": X, "b": None}, Y), data_of(({"a": X, "b": None}, Y)))
    assert same(([X, None], Y), data_of(([X, None], Y)))
    assert same([X[:1], None], probes_of({"one": [X[:1], None]})["one"])


def test_ragged_and_sparse_tensors_are_taken_apart():
    ragged, sparse = data_of(([RaggedTensor(), SparseTensor()], RaggedTensor()))[0]

    assert [1, 2, 3, 4] == ragged.values.tolist()
    assert [[0, 2, 2, 3, 4]] == [each.tolist() for each in ragged.row_splits]
    assert ["a", "b"] == sparse.values.tolist()
    assert (4, 2) == sparse.shape


def test_a_matrix_of_scipy_is_sparse_by_rows():
    (x, _) = data_of((Matrix(), Y))

    assert [[0, 1], [3, 0]] == x.indices.tolist()
    assert [1.0, 2.0] == x.values.tolist()


def test_a_sequence_of_keras_and_a_generator_are_read_as_a_dataset_is():
    batches = [({"ids": Y[:3]}, X[:3]), ({"ids": Y[3:]}, X[3:])]

    assert same(({"ids": Y}, X), data_of(Sequence(*batches)))
    assert same(({"ids": Y}, X), data_of(each for each in batches))
    assert same((Y, Y), data_of(iter([([0, 1, 2, 3], [0, 1, 2, 3])])))


def test_batches_of_ragged_and_sparse_tensors_are_put_together():
    (ragged, sparse), _ = data_of(Dataset(((RaggedTensor(), SparseTensor()), Y), ((RaggedTensor(), SparseTensor()), Y)))

    assert [0, 2, 2, 3, 4, 6, 6, 7, 8] == ragged.row_splits[0].tolist()
    assert [[0, 1], [3, 0], [4, 1], [7, 0]] == sparse.indices.tolist()


def test_all_is_trained_on_and_the_first_examples_are_kept(monkeypatch):
    monkeypatch.setattr(data, "KEPT", 3)
    inputs = inputs_of(Subject(build=list, data=lambda: (X, Y)))

    assert same((X, Y), inputs.training)
    assert same((X[:3], Y[:3]), inputs.data)
    assert {"same": 3, "one": 1, "few": 3} == {name: len(x) for name, x in inputs.probes.items()}


def test_what_is_kept_of_a_million_rows_takes_no_more_than_of_a_few():
    x = np.zeros((1_000_000, 4), "float32")
    inputs = inputs_of(Subject(build=list, data=lambda: (x, x[:, 0])))

    assert np.shares_memory(x, inputs.training[0])
    assert data.KEPT * 4 * 4 == inputs.data[0].nbytes


def test_a_dataset_is_read_once_in_order_and_its_batches_put_together():
    batches = [
        ({"ids": Tensor(Y[:3]), "text": Tensor(TEXT[:3])}, Tensor(X[:3])),
        ({"ids": Y[3:], "text": TEXT[3:]}, X[3:]),
    ]

    assert same(({"ids": Y, "text": TEXT}, X), data_of(Dataset(*batches)))
    assert same((X, Y, Y), data_of(Dataset((X[:2], Y[:2], Y[:2]), (X[2:], Y[2:], Y[2:]))))
    assert same((X, Y), data_of(Dataset((X, Y), cardinality=-2)))


def test_a_probe_may_be_a_dataset_of_what_predict_takes():
    assert same(X, probes_of({"other": Dataset(X[:3], X[3:])})["other"])
    assert same(X, probes_of({"other": Dataset((X, Y))})["other"])


def test_probes_may_be_of_another_number_of_examples():
    inputs = inputs_of(Subject(build=list, data=lambda: (X, Y), probes=lambda: {"one": X[:1]}))

    assert same(X[:1], inputs.probes["one"])


def test_without_probes_slices_of_the_data_are_taken():
    inputs = inputs_of(Subject(build=list, data=lambda: (Tensor(X), Y)))

    assert {"same": 4, "one": 1, "few": 3} == {name: len(x) for name, x in inputs.probes.items()}


REFUSED = [
    ([X, Y], f"data() returned a list; {PAIR}; {HINT}"),
    ((X, Y, Y, Y), f"data() returned 4 values; {PAIR}"),
    (None, f"data() returned None; {PAIR}"),
    (((each for each in X), Y), f"data()[0] is a generator; {LEAF}"),
    (({"user": iter(list(X))}, Y), f"data()[0]['user'] is a list_iterator; {LEAF}"),
    ((lambda: X, Y), f"data()[0] is a function; {LEAF}"),
    (({1, 2}, Y), f"data()[0] is a set; {LEAF}"),
    ((object(), Y), f"data()[0] is an object; {LEAF}"),
    ((np.ndarray, Y), f"data()[0] is a type; {LEAF}"),
    ((1, Y), f"data()[0] is one value, an int; {LEAF}"),
    ((X, "good"), f"data()[1] is one value, a str; {LEAF}"),
    ((X, Tensor(1.0)), f"data()[1] is one value, a Tensor; {LEAF}"),
    ((None, Y), f"data()[0] is None; {LEAF}"),
    (([None, None], None), f"data() has no arrays; {LEAF}"),
    (([], Y), f"data()[0] is an empty list; {LEAF}"),
    (({}, Y), f"data()[0] is an empty dict; {LEAF}"),
    ((X, [1, 2, X]), f"data()[1][0] is one value, an int; {LEAF}"),
    ((Symbolic(), Y), f"data()[0] is a Symbolic, which has no values; {LEAF}"),
    ((Dataset(), Y), f"data()[0] is a tf.data.Dataset inside of something; {LEAF}"),
    (([[1, 2], [3]], Y), f"data()[0] has lists of different lengths; {LEAF}: {UNEVEN}"),
    ((X, [["a"], ["b", "c"]]), f"data()[1] has lists of different lengths; {LEAF}: {UNEVEN}"),
    (([1, "a"], Y), "data()[0] has text and numbers in one list; expected numbers, or text alone"),
    (
        (np.array([1, "a"], dtype=object), Y),
        "data()[0] is of dtype object with an int in it; expected numbers, or text alone",
    ),
    (
        (np.array([None, "a"], dtype=object), Y),
        "data()[0] is of dtype object with None in it; expected numbers, or text alone",
    ),
    ((X, np.zeros(4, "datetime64[D]")), "data()[1] is of dtype datetime64[D]; expected numbers, truth values or text"),
    ((X, Y[:3]), "data()[1] has 3 examples, and data()[0] has 4; expected as many in each"),
    (
        ({"a": X, "b/c": X[:1]}, Y),
        "data()[0]['b/c'] has 1 examples, and data()[0]['a'] has 4; expected as many in each",
    ),
    ((X[:0], Y[:0]), "data()[0] has no examples; expected at least one"),
    (
        Dataset((X, Y), cardinality=-1),
        "data() is an infinite tf.data.Dataset; expected a finite one: take(n) batches of it",
    ),
    (Dataset((X[0], Y[0])), "data() is a tf.data.Dataset of single examples; expected batches: call batch(n)"),
    (
        (each for each in [(X[0], Y[0])]),
        "data() is a generator of single examples; expected batches: first axis examples",
    ),
    (Sequence(num_batches=None), "data() is a Sequence without an end; expected one with a length"),
    (Sequence(), "data() is a Sequence without batches; expected at least one"),
    (Dataset(), "data() is a tf.data.Dataset without batches; expected at least one"),
    (
        Dataset((X, Y), (X[:, :2], Y)),
        "data()[0] has examples of shapes (3,) and (2,) in its batches; "
        "expected one: pad them, or give a tf.RaggedTensor",
    ),
]


@pytest.mark.parametrize(("given", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_cannot_be_used_is_refused_in_one_sentence(given, said):
    with pytest.raises(HarnessError) as error:
        data_of(given)

    assert said == str(error.value)


def test_a_generator_is_read_up_to_a_bound(monkeypatch):
    monkeypatch.setattr(data, "MOST", 7)

    with pytest.raises(HarnessError, match="data\\(\\) is a repeat of unknown length with more than 7 examples"):
        data_of(itertools.repeat((X, Y)))


def test_a_dataset_that_does_not_say_how_long_it_is_is_read_up_to_a_bound(monkeypatch):
    monkeypatch.setattr(data, "MOST", 7)
    batches = [(X, Y), (X, Y)]

    assert 8 == len(data_of(Dataset(*batches))[0])
    with pytest.raises(HarnessError) as error:
        data_of(Dataset(*batches, cardinality=-2))
    assert (
        "data() is a tf.data.Dataset of unknown length with more than 7 examples; expected fewer: take(n) batches of it"
        == str(error.value)
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ([X], "probes() returned a list; expected inputs by name, for example {'other': x}"),
        ({}, "probes() returned none; expected inputs by name, for example {'other': x}"),
        ({"one": {"ids": iter(list(X))}}, f"probes()['one']['ids'] is a list_iterator; {LEAF}"),
        (
            {"one": [X, Y[:3]]},
            "probes()['one'][1] has 3 examples, and probes()['one'][0] has 4; expected as many in each",
        ),
        ({"one": X[:0]}, "probes()['one'] has no examples; expected at least one"),
    ],
)
def test_probes_are_refused_in_one_sentence_too(given, said):
    with pytest.raises(HarnessError, match=f"^{re.escape(said)}$"):
        probes_of(given)
