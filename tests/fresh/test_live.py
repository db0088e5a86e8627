"""What a trained model answers by the graphs of its training is kept where it is something else."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest

from harness.fresh import train
from harness.fresh.live import same_but_for_rounding, with_live
from harness.fresh.train import reference_of
from harness.nouns import EVALUATION, PRECISION, PREDICTIONS, PROBE, WEIGHTS, HarnessError
from harness.observation import Hidden, Observation

ONES = np.ones((2, 2), "float32")
FAR = ONES + np.float32(1e-3)
NAN = np.array([np.nan, 1.0])


def seen(value=ONES, loss=1.0, compute="float32"):
    return Observation(
        {
            PREDICTIONS: {"same": value, "one/0": ONES},
            EVALUATION: {"loss": np.float64(loss)},
            PRECISION: {"layer/first": ["policy", compute, "float32"], "loss scale": None},
        }
    )


def live_names(reference):
    return [name for facts in reference.facts.values() for name in facts if name.startswith("live/")]


def test_what_differs_is_kept_beside_what_new_graphs_say():
    found = with_live(seen(), seen(FAR, 2.0))

    assert ["same", "one/0", "live/same"] == list(found.facts[PREDICTIONS])
    assert FAR is found.facts[PREDICTIONS]["live/same"]
    assert ONES is found.facts[PREDICTIONS]["same"]
    assert 2.0 == found.facts[EVALUATION]["live/loss"]
    assert seen().facts[PRECISION] == found.facts[PRECISION]


def test_nothing_is_added_where_nothing_differs():
    rounded = np.nextafter(ONES, np.float32(2))

    assert [] == live_names(with_live(seen(), seen(rounded, 1 + 1e-7)))


def test_half_precision_rounds_by_what_is_measured_of_it():
    assert [] == live_names(with_live(seen(compute="float16"), seen(FAR)))
    assert ["live/same"] == live_names(with_live(seen(compute="float16"), seen(ONES + np.float32(6e-3))))


def test_an_aspect_that_one_of_them_has_not_seen_is_left_as_it_is():
    blind = Observation({WEIGHTS: {"kernel": ONES}}, {PREDICTIONS: Hidden("ValueError: no", raised=True)})

    assert blind == with_live(blind, seen())
    assert [] == live_names(with_live(seen(FAR), Observation({})))


def test_a_name_that_was_not_there_is_kept():
    live = Observation({EVALUATION: {"accuracy": np.float64(1)}})

    assert ["live/accuracy"] == live_names(with_live(seen(), live))


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        (ONES, ONES.copy(), True),
        (1e6 * ONES, 1e6 * ONES + np.float32(5), True),
        (1e6 * ONES, 1e6 * ONES + np.float32(20), False),
        (0 * ONES, 0 * ONES + np.float32(9e-7), True),
        (0 * ONES, 0 * ONES + np.float32(2e-6), False),
        (ONES, ONES.astype("float64"), False),
        (ONES, ONES[:1], False),
        (ONES, None, False),
        (NAN, NAN.copy(), True),
        (NAN, np.array([1.0, np.nan]), False),
        (NAN, np.array([np.inf, 1.0]), False),
        (np.array([np.inf]), np.array([np.inf]), True),
        (np.array([np.inf]), np.array([-np.inf]), False),
        (np.arange(3), np.arange(3), True),
        (np.arange(3), np.arange(1, 4), False),
        (np.array(["a"], dtype=object), np.array(["a"], dtype=object), True),
        (np.array(["a"], dtype=object), np.array(["b"], dtype=object), False),
        (np.array([1], "float16"), np.array([1.004], "float16"), True),
        (np.array([1], "float16"), np.array([1.01], "float16"), False),
        (np.float64(1), np.float64(1.1), False),
        (ONES[:0], ONES[:0], True),
    ],
)
def test_floats_may_round_elsewhere_and_nothing_else_may_differ(one, other, same):
    assert same is same_but_for_rounding(one, other)


def reference(monkeypatch, observation):
    """Of a model that says something else by the graph that training has left in it."""
    model = SimpleNamespace(predict_function="of training", test_function=None)
    asked = []

    def observe(model, inputs, *aspects, probe=None):
        asked.append(aspects)
        return observation if model.predict_function is None else seen(FAR).only(*aspects)

    monkeypatch.setattr(train, "observe", observe)
    found = reference_of(model, SimpleNamespace(probe=None), None)
    assert [((PREDICTIONS,),), ()] == asked
    return found


def test_graphs_are_forgotten_before_the_reference_is_seen(monkeypatch):
    assert ["live/same"] == live_names(reference(monkeypatch, seen()))


def test_a_probe_that_raises_ends_training(monkeypatch):
    blind = Observation({}, {PROBE: Hidden("probe() is an object", raised=True)})

    with pytest.raises(HarnessError) as error:
        reference(monkeypatch, blind)

    assert "probe() cannot be compared: probe() is an object" == str(error.value)


def test_complex_numbers_are_the_same_but_for_rounding_and_none_is_none():
    one = np.array([1 + 2j, complex("nan")], "complex64")

    assert same_but_for_rounding(one, one + np.complex64(2e-7))
    assert not same_but_for_rounding(one, one + 1)
    assert same_but_for_rounding(None, None)
    assert not same_but_for_rounding(None, one)
