from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Mapping

import pytest

from harness.record.structured import Malformed, structured


@dataclass(frozen=True)
class Part:
    name: str
    sizes: tuple[int, ...] = ()


@dataclass(frozen=True)
class Whole:
    parts: Mapping[str, Part]
    pair: tuple[str, float] = ("", 0.0)
    flag: bool = False
    any: Any = None
    more: Mapping[str, Any] = field(default_factory=dict)


def test_json_values_become_what_they_were():
    stored = {"parts": {"a": {"name": "b", "sizes": [1, 2]}}, "pair": ["x", 1], "flag": True, "any": [1]}

    assert Whole({"a": Part("b", (1, 2))}, ("x", 1), True, [1]) == structured(Whole, stored)


@pytest.mark.parametrize(
    ("stored", "said"),
    [
        (None, "expected an object. Received: None"),
        ({}, "the field parts is missing"),
        ({"parts": {}, "other": 1}, "there is no field other"),
        ({"parts": {"a": {}}}, r"the field parts\.a\.name is missing"),
        ({"parts": {"a": {"name": 1}}}, r"parts\.a\.name: expected text. Received: 1"),
        ({"parts": {"a": {"name": "b", "sizes": [True]}}}, r"parts\.a\.sizes\[0\]: expected a whole number"),
        ({"parts": {}, "pair": ["x"]}, r"pair: expected a list of 2. Received: \['x'\]"),
        ({"parts": {}, "pair": ["x", "y"]}, r"pair\[1\]: expected a number. Received: 'y'"),
        ({"parts": {}, "flag": 1}, "flag: expected true or false. Received: 1"),
        ({"parts": {1: {}}}, "parts: expected an object. Received: "),
        ({"parts": "x" * 200}, r"parts: expected an object. Received: 'x{59}\.\.\.$"),
    ],
)
def test_what_is_of_another_type_is_told_by_its_field(stored, said):
    with pytest.raises(Malformed, match=said):
        structured(Whole, stored)
