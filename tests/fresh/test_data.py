"""What data() and probes() may return, and what is refused, in one sentence that names the place."""

from __future__ import annotations

import re
from collections import UserDict, namedtuple

import numpy as np
import pytest

from harness.fresh import data
from harness.fresh.data import data_of, inputs_of, probes_of
from harness.fresh.subject import Subject
from harness.nouns import HarnessError

X, Y = np.ones((4, 3), "float32"), np.arange(4)
LEAF = "expected a numpy array, a tensor or a list, first axis examples"
PAIR = "expected (x, y) or (x, y, sample_weight)"


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
    row_splits = ()


class SparseTensor:
    dense_shape = ()


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
    (X, f"data() returned a numpy array; {PAIR}"),
    ([X, Y], f"data() returned a list; {PAIR}"),
    ((X, Y, Y, Y), f"data() returned 4 values; {PAIR}"),
    (None, f"data() returned None; {PAIR}"),
    ((X,), f"data() returned x without y; {PAIR}: a model that is trained on x alone is not checked yet"),
    ((X, None), f"data() returned x without y; {PAIR}: a model that is trained on x alone is not checked yet"),
    (Dataset(X), f"data() returned x without y; {PAIR}: a model that is trained on x alone is not checked yet"),
    (Dataset((X,)), f"data() returned x without y; {PAIR}: a model that is trained on x alone is not checked yet"),
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
    (([X, None], Y), f"data()[0][1] is None; {LEAF}"),
    (([], Y), f"data()[0] is an empty list; {LEAF}"),
    (({}, Y), f"data()[0] is an empty dict; {LEAF}"),
    ((X, [1, 2, X]), f"data()[1][0] is one value, an int; {LEAF}"),
    ((RaggedTensor(), Y), f"data()[0] is a RaggedTensor, which the harness cannot compare yet; {LEAF}"),
    (([X, SparseTensor()], Y), f"data()[0][1] is a SparseTensor, which the harness cannot compare yet; {LEAF}"),
    ((Symbolic(), Y), f"data()[0] is a Symbolic, which has no values; {LEAF}"),
    ((Dataset(), Y), f"data()[0] is a tf.data.Dataset inside of something; {LEAF}"),
    (([[1, 2], [3]], Y), f"data()[0] has lists of different lengths; {LEAF}: pad them to one"),
    ((X, [["a"], ["b", "c"]]), f"data()[1] has lists of different lengths; {LEAF}: pad them to one"),
    (([1, "a"], Y), "data()[0] has text and numbers in one list; expected numbers, or text alone"),
    (
        (np.array([1, "a"], dtype=object), Y),
        "data()[0] is of dtype object with an int in it; expected numbers, or text alone",
    ),
    (
        (np.array([None, "a"], dtype=object), Y),
        "data()[0] is of dtype object with None in it; expected numbers, or text alone",
    ),
    ((X, np.ones(4, "complex64")), "data()[1] is of dtype complex64; expected numbers, truth values or text"),
    ((X, np.zeros(4, "datetime64[D]")), "data()[1] is of dtype datetime64[D]; expected numbers, truth values or text"),
    (([b"\xff\xd8"], Y), "data()[0] has bytes that are no text in UTF-8; expected numbers or text"),
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
    (Dataset(), "data() is a tf.data.Dataset without batches; expected at least one"),
    (
        Dataset((X, Y), (X[:, :2], Y)),
        "data()[0] has examples of shapes (3,) and (2,) in its batches; expected one: pad them",
    ),
]


@pytest.mark.parametrize(("given", "said"), REFUSED, ids=[said for _, said in REFUSED])
def test_what_cannot_be_used_is_refused_in_one_sentence(given, said):
    with pytest.raises(HarnessError) as error:
        data_of(given)

    assert said == str(error.value)


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
