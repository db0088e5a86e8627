"""Observing a model changes nothing: it says the same twice, and what is saved afterwards says the same as before."""

from __future__ import annotations

from pathlib import Path

import pytest

from cases.axes.recipes import recipe
from harness.environment import FULL, Environment
from harness.processes.fleet import Fleet, Job

ENVIRONMENT = Environment()
pytestmark = pytest.mark.skipif("tensorflow" not in ENVIRONMENT.versions, reason="TensorFlow is not installed")
needs_transformers = pytest.mark.skipif("transformers" not in ENVIRONMENT.versions, reason="needs transformers")

SUBJECTS = {
    "toy": ("toy", {}),
    "functional": recipe("main_layer", "mean_pool", "layer_loss", "cosine", "float32"),
    "subclassed": recipe("subclassed", "multi_task", "weighted_dict", "adamw", "mixed_bfloat16"),
    "transformers": recipe("hf_model", "first_token", "from_logits", "plain_adam", "mixed_float16"),
}


@pytest.fixture(scope="module")
def outcomes(tmp_path_factory):
    folder = tmp_path_factory.mktemp("observing")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PYTHONPATH", str(Path(__file__).parent))
        fleet = Fleet(ENVIRONMENT, folder)
        agent = fleet.agent(FULL)
        names = {}
        for name, subject in SUBJECTS.items():
            reference, arguments = subject if isinstance(subject, tuple) else (subject.subject, subject.arguments)
            job = Job(
                "observing:observe_twice",
                {"subject": reference, "arguments": dict(arguments)},
                300,
                folder / f"{name}.log",
            )
            names[agent.submit(job)] = name
        found = {}
        while len(found) < len(names):
            _, event = fleet.events.get(timeout=300)
            if event["event"] == "ended":
                found[names[event["id"]]] = event["outcome"]
        fleet.close()
        return found


@pytest.mark.parametrize(
    "name", ["toy", *(pytest.param(each, marks=needs_transformers) for each in list(SUBJECTS)[1:])]
)
def test_observing_changes_nothing(outcomes, name):
    outcome = outcomes[name]

    assert "returned" == outcome["kind"], outcome
    assert [] == outcome["value"]["differences"]
    assert {} == {format: names for format, names in outcome["value"]["saved"].items() if names}
    assert outcome["value"]["facts"] > 40
    assert all(count > 5 for count in outcome["value"]["read"].values())
