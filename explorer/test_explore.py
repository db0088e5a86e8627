"""Random small models, round-tripped in every format: `pytest explorer --explore-seconds=600`."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from explorer import exploring
from explorer.catalogue import BY_KIND, DOUBLE, OPTIMIZERS, POOLS, TASKS
from explorer.drawing import drawn
from explorer.exploring import Explorer
from explorer.models import Head, Layer, Model
from explorer.source import source
from explorer.trips import CELLS, Trips
from harness.entry.places import folder_of
from harness.environment import Environment, versions
from harness.nouns import ASPECTS, REBUILD, STAGES, WEIGHTS, Case, InfrastructureError, Recipe
from harness.processes.fleet import Fleet
from harness.scripts.fault import SAVE, Fault, scripts
from harness.scripts.source import Source
from harness.verdict import Difference, Kept, Lost, Verdict

#: Without a time budget: these many models of this seed, the same ones in every run.
MODELS, SEED = 5, 6
#: No run without a budget may take longer, were everything to fail.
SECONDS = 240

ROOT = Path(__file__).parents[1]
#: Where a script of each kind of failure is left.
EXPLORED = Path(".harness", "explored")


@pytest.fixture(scope="module")
def fleet(request):
    # Drawn models are Keras' own: to import transformers would only take time.
    environment = Environment({name: version for name, version in versions().items() if name != "transformers"})
    try:
        environment.check()
    except InfrastructureError as error:
        pytest.skip(str(error))
    fleet = Fleet(environment, folder_of(request.config).logs)
    yield fleet
    fleet.close()


def test_random_models_come_back_as_they_were(fleet, request, capsys):
    seconds = request.config.getoption("--explore-seconds")
    seed = request.config.getoption("--explore-seed")
    if seed is None:
        seed = random.randrange(10**6) if seconds else SEED

    def say(line: str) -> None:
        with capsys.disabled():
            print(f"\n{line}", end="", flush=True)

    ends = time.monotonic() + (seconds or SECONDS)
    explorer = Explorer(
        Trips(fleet, folder_of(request.config).logs), EXPLORED, ends, say if seconds else lambda line: None
    )
    found = explorer.explore(seed, None if seconds else MODELS)
    say(f"explored from seed {seed}: {found}\n")

    judged = found.drawn - sum(found.discarded.values())
    assert not found.kinds, f"--explore-seed={seed}: {found}"
    assert 2 * found.drawn <= 3 * judged, f"too few of the drawn models can be judged: {found}"
    assert 2 * found.trips <= 3 * found.loaded, f"too few round trips came through: {found}"


# What follows needs no TensorFlow: the explorer itself, and a fault that is made up.


def fails(model):
    kinds = [layer.kind for step in model.steps for layer in getattr(step, "layers", (step,))]
    return "Dropout" in kinds and "class" in [head.task for head in model.heads]


class MadeUpTrips:
    def verdicts(self, models, cells=CELLS):
        for model in models:
            lost = Lost((Difference(WEIGHTS, "dense/kernel:0", f"{3 + len(model.steps)} of 9 values differ"),))
            yield [
                Verdict(
                    Case(Recipe("drawn", "drawn.py"), format, loader),
                    promised=frozenset({WEIGHTS}),
                    findings={WEIGHTS: lost if fails(model) and format == "tf_weights" else Kept()},
                )
                for format, loader in cells
            ]


@pytest.fixture(scope="module")
def models():
    return drawn(0)


def test_a_seed_gives_the_same_models_again(models):
    assert models == drawn(0)
    assert models != drawn(1)


def test_a_seed_gives_the_same_models_in_every_process():
    command = [sys.executable, "-c", "from explorer.drawing import drawn; print(drawn(0))"]
    printed = [
        subprocess.run(
            command, cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": number}, capture_output=True, text=True, check=True
        ).stdout
        for number in ("1", "2")
    ]

    assert printed[0] == printed[1] == f"{drawn(0)}\n"


def test_all_that_there_is_in_the_catalogue_is_drawn():
    sources = "".join(source(model) for seed in range(5) for model in drawn(seed))
    expressions = (
        *(f"layers.{kind}(" for known in BY_KIND for kind in known),
        *(option for known in BY_KIND for _, options in known.values() for option in (*options, DOUBLE)),
        *(each for losses_and_metrics in TASKS.values() for some in losses_and_metrics for each in some),
        *OPTIMIZERS,
        *POOLS,
    )

    assert [] == [each for each in expressions if each not in sources]


def test_a_fault_is_found_and_shrunk_once(models, tmp_path, monkeypatch):
    monkeypatch.setattr(exploring, "_shown", lambda path: "shows it")
    explorer = Explorer(MadeUpTrips(), tmp_path, time.monotonic() + 100, lambda line: None)
    found = explorer.explore(seed=0, models=100)

    (kind,) = found.kinds.values()
    smallest = Model(steps=(Layer("Dropout", ("0.3",)),), heads=(Head("class", TASKS["class"][0][0]),))

    assert [("tf_weights", REBUILD, WEIGHTS, "weights['...']: # of # values differ")] == list(found.kinds)
    assert 1 < sum(map(fails, models[:100])) == kind.times < found.drawn == 100
    assert source(smallest) in (kind.scripts / SAVE).read_text()


@pytest.mark.parametrize("about", [*ASPECTS, *STAGES])
def test_every_script_is_python(about, models):
    for model in models[:5]:
        for format, loader in CELLS:
            for name, text in scripts(Fault(format, loader, about, 'it says "so"'), Source(source(model))).items():
                compile(text, name, "exec")
