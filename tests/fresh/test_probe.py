"""What a subject's own probe may return."""

from __future__ import annotations

from collections import UserDict

import numpy as np
import pytest

from harness.fresh.aspects import hidden
from harness.fresh.probe import facts_of
from harness.nouns import HarnessError
from harness.observation import Hidden


class Tensor:
    shape = (2,)

    def numpy(self):
        return np.ones(2, "float32")


@pytest.mark.parametrize(
    ("value", "facts"),
    [
        pytest.param({"a": 1, 2: [True, None]}, {"a": 1, "2": [True, None]}, id="by name"),
        pytest.param(UserDict(a=1), {"a": 1}, id="another mapping"),
        pytest.param((1, "two"), {"value": [1, "two"]}, id="tuple"),
        pytest.param([], {"value": []}, id="empty list"),
        pytest.param(0.5, {"value": 0.5}, id="number"),
        pytest.param(None, {"value": None}, id="none"),
        pytest.param("text", {"value": "text"}, id="text"),
        pytest.param(b"a\xff", {"value": "a\\xff"}, id="bytes"),
        pytest.param({"b", "a"}, {"value": ["a", "b"]}, id="set"),
        pytest.param(np.float32(0.5), {"value": 0.5}, id="numpy's number"),
        pytest.param({"a": [Tensor()]}, {"a": [[1.0, 1.0]]}, id="tensor"),
        pytest.param(np.array([["a"], ["b"]]), {"value": [["a"], ["b"]]}, id="array"),
        pytest.param({"a": {"b": np.arange(2)}}, {"a": {"b": [0, 1]}}, id="nested"),
    ],
)
def test_any_json_value_will_do(value, facts):
    found = facts_of(value)

    assert facts == found
    assert {name: type(each) for name, each in facts.items()} == {name: type(each) for name, each in found.items()}


def test_half_precision_becomes_numbers():
    dtype = pytest.importorskip("ml_dtypes").bfloat16

    assert {"value": [0.5]} == facts_of(np.array([0.5], dtype))


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (object(), "probe() is an object"),
        ({"layers": [1, object()]}, "probe()['layers'][1] is an object"),
        ({"a": {"b": print}}, "probe()['a']['b'] is a builtin_function_or_method"),
        (np.array([object()]), "probe()[0] is an object"),
        (np.zeros(1, "complex64"), "probe() is an array of complex64"),
        ({"kind": Tensor}, "probe()['kind'] is a type"),
    ],
)
def test_what_is_no_json_is_refused_by_its_place_and_type(value, said):
    with pytest.raises(HarnessError) as error:
        facts_of(value)

    assert f"{said}; expected numbers, text, None, or lists, dicts or arrays of them" == str(error.value)


def test_a_probe_that_is_refused_has_raised_in_its_own_words():
    assert Hidden("probe() is an object", raised=True) == hidden(HarnessError("probe() is an object"))
