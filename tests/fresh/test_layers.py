"""The layers inside a model, however many, however deep; and what is seen where they do not bear to be looked at."""

from __future__ import annotations

import pytest
from places import PYTHONPATH

from harness.environment import FULL, Environment
from harness.fresh.layers import layers_within
from harness.messages import Job, Returned
from harness.processes.fleet import Fleet


class Layer:
    """As much of a layer as is asked for."""

    def __init__(self, name, *inside):
        self.name, self.inside = name, list(inside)

    def _flatten_layers(self, recursive, include_self):
        return iter(self.inside)


def test_layers_that_hold_one_another_are_walked_once():
    one, other = Layer("one"), Layer("other")
    one.inside, other.inside = [other], [one]
    model = Layer("model", one)
    one.inside.append(model)

    assert ["one", "one/other"] == list(layers_within(model))


def test_ten_thousand_layers_and_those_of_one_name_are_told_apart():
    many = layers_within(Layer("model", *(Layer("dense") for _ in range(3)), *(Layer(str(n)) for n in range(10_000))))

    assert 10_003 == len(many)
    assert ["dense", "dense#2", "dense#3", "0"] == list(many)[:4]


@pytest.fixture(scope="module")
def seen(tmp_path_factory):
    environment = Environment()
    if "tensorflow" not in environment.versions:
        pytest.skip("TensorFlow is not installed")
    folder = tmp_path_factory.mktemp("misfits")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", PYTHONPATH)
        fleet = Fleet(environment.without_library(), folder)
        outcome = fleet.agent(FULL).run(Job("misfits:misfits", {}, 300, folder / "misfits.log"))
        fleet.close()
    assert isinstance(outcome, Returned), outcome
    return outcome.value


def test_a_layer_that_raises_when_it_is_looked_at_costs_that_look_alone(seen):
    raising, usual = seen["in graphs alone"], seen["as models are"]

    assert "ValueError: only in a graph" in raising["losses"]
    assert "" == usual["losses"]
    assert [4, 3] == raising["predicts"] == usual["predicts"]


def test_what_its_layers_answered_is_not_known_of_it_and_of_others_is(seen):
    assert [] == seen["in graphs alone"]["noted"]
    assert [f"dense_{number}" for number in range(5)] == seen["as models are"]["noted"]


def test_of_more_layers_than_are_noted_the_first_are(seen):
    many = seen["of more layers than are noted"]

    assert len(many["noted"]) < 3
    assert ("", [4, 3]) == (many["losses"], many["predicts"])
