"""Observing a model changes nothing: it says the same twice, and what is saved afterwards says the same as before."""

from __future__ import annotations

import queue
from functools import partial

import pytest
from places import PYTHONPATH

from cases.axes.recipes import recipe
from harness.environment import FULL, Environment
from harness.messages import Ended, Job, Returned
from harness.nouns import Recipe
from harness.processes.fleet import Fleet

ENVIRONMENT = Environment()
pytestmark = pytest.mark.skipif("tensorflow" not in ENVIRONMENT.versions, reason="TensorFlow is not installed")
needs_transformers = pytest.mark.skipif("transformers" not in ENVIRONMENT.versions, reason="needs transformers")

SUBJECTS = {
    "toy": Recipe("toy", "toy"),
    "functional": recipe("main_layer", "mean_pool", "layer_loss", "cosine", "float32"),
    "subclassed": recipe("subclassed", "multi_task", "weighted_dict", "adamw", "mixed_bfloat16"),
    "transformers": recipe("hf_model", "first_token", "from_logits", "plain_adam", "mixed_float16"),
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("observing")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", PYTHONPATH)
        fleet = Fleet(ENVIRONMENT.without_library(), folder)
        ended = queue.Queue()
        for name, recipe in SUBJECTS.items():
            job = Job("observing:observe_twice", recipe, 300, folder / f"{name}.log")
            listen = partial(lambda name, said: isinstance(said, Ended) and ended.put((name, said.outcome)), name)
            fleet.agent(FULL).submit(job, listen)
        found = dict(ended.get(timeout=300) for _ in SUBJECTS)
        fleet.close()
        return found


@pytest.mark.parametrize(
    "name", ["toy", *(pytest.param(each, marks=needs_transformers) for each in list(SUBJECTS)[1:])]
)
def test_observing_changes_nothing(outcomes, name):
    outcome = outcomes[name]

    assert isinstance(outcome, Returned), outcome
    assert [] == outcome.value["differences"]
    assert {} == {format: names for format, names in outcome.value["saved"].items() if names}
    assert outcome.value["facts"] > 40
    assert outcome.value["same calls"]
    assert all(calls > 3 for calls in outcome.value["calls"])
    assert all(count > 5 for count in outcome.value["read"].values())
