"""How a batch becomes the arguments of a signature: in the order in which Keras flattens it, by name, cast."""

from __future__ import annotations

from types import SimpleNamespace

import pytest

from harness.fresh.observe import dtypes_taken
from harness.fresh.serving import _names_in_order, _numbered
from harness.nouns import SIGNATURE
from harness.observation import Observation


def loaded(**endpoints):
    return SimpleNamespace(**endpoints)


def concrete(*names):
    return SimpleNamespace(_arg_keywords=list(names))


@pytest.mark.parametrize(
    "artifact",
    [
        pytest.param(loaded(_default_save_signature=concrete("zeta", "alpha", "mid")), id="keras_2"),
        pytest.param(loaded(serve=SimpleNamespace(concrete_functions=[concrete("zeta", "alpha", "mid")])), id="export"),
        pytest.param(loaded(serve=concrete("a"), _default_save_signature=concrete("zeta", "alpha", "mid")), id="both"),
    ],
)
def test_the_artifact_says_in_which_order_its_inputs_come(artifact):
    assert ["zeta", "alpha", "mid"] == _names_in_order(artifact, ["alpha", "mid", "zeta"])


def test_numbered_names_come_in_the_order_of_their_numbers_where_nothing_says_another():
    names = ["args_0", "args_0_1", "args_0_2", "args_0_10"]

    assert names == _names_in_order(loaded(), sorted(names))
    assert sorted(names, key=_numbered) == names


def test_the_dtypes_that_a_model_took_are_read_from_what_was_seen_of_it():
    seen = Observation({SIGNATURE: {"input/b": ["int32", [None]], "input/a": ["uint8", []], "output": ["float32", []]}})

    assert [("b", "int32"), ("a", "uint8")] == list(dtypes_taken(seen).items())
    assert {} == dtypes_taken(Observation({}))
