"""A few hundred damaged records: each is refused in a sentence, dangerous or read; none raises, none hangs."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys

import numpy as np
import pytest
from hostile import HARMLESS, record_of
from places import PYTHONPATH

from fuzz.mutations import mutated, take_up
from fuzz.oracle import Seen, silently_accepted
from harness.nouns import Case, Recipe
from harness.observation import Observation
from harness.record.record import open_record
from harness.verdict import Difference, Kept, Lost, Verdict

#: What inspecting and reading may come to; an inspection that a limit has ended becomes a sentence (`inspect_apart`).
ARTIFACT = ("read", "dangerous", "not to be looked into", "ended by a limit")
RECORD = ("read", "refused")


def test_damaged_records_end_in_a_sentence():
    variables = {**os.environ, "PYTHONPATH": PYTHONPATH}
    command = [sys.executable, "-m", "fuzz", "--count", "300"]
    done = subprocess.run(command, capture_output=True, text=True, env=variables)
    found = json.loads(done.stdout)

    assert [] == found["faults"], done.stderr
    assert 600 == sum(found["outcomes"].values())
    assert {"record read", "record refused", "artifact read", "artifact dangerous"} <= set(found["outcomes"])
    assert set(found["outcomes"]) <= {f"artifact {each}" for each in ARTIFACT} | {f"record {each}" for each in RECORD}


def test_a_mutation_is_one_and_the_same_for_a_seed(tmp_path):
    told = []
    for name in ("one", "other"):
        record = record_of(tmp_path / name / "record", "dot_keras", "artifact", HARMLESS["dense"])
        told.append([mutated(record, random.Random(seed)) for seed in range(1, 4)])

    assert told[0] == told[1]


def test_digests_that_are_taken_up_are_right(tmp_path):
    record = record_of(tmp_path / "record", "dot_keras", "artifact", HARMLESS["dense"])
    (record / "artifact" / "artifact").write_text("{}")
    take_up(record)

    assert "{}" == open_record(record).artifact.read_text()


def seen(findings, weights=("a", "b"), kernel=1.0, predictions=0.5):
    facts = {"weights": {"kernel": np.full(2, kernel)}, "predictions": {"same": np.full(2, predictions)}}
    verdict = Verdict(Case(Recipe("r", ""), "whole_h5", "bare"), findings=findings)
    return Seen(verdict, {"weights": list(weights), "optimizer": []}, Observation(facts))


KEPT = {"weights": Kept(), "optimizer": Kept(), "predictions": Kept()}
LOST = {**KEPT, "weights": Lost((Difference("weights", "kernel", "is other"),))}


@pytest.mark.parametrize(
    ("after", "found"),
    [
        pytest.param(seen(KEPT, ("a", "x")), "weights: changed in the artifact, and judged as kept", id="artifact"),
        pytest.param(seen(KEPT, kernel=2.0), "weights: changed in the reference, and judged as kept", id="reference"),
        pytest.param(seen(KEPT, kernel=np.nan), "weights: changed in the reference, and judged as kept", id="nan"),
        pytest.param(
            seen(KEPT, predictions=0.6), "predictions: changed in the reference, and judged as kept", id="far"
        ),
        pytest.param(seen(KEPT), "", id="nothing"),
        pytest.param(seen(LOST, ("a", "x")), "", id="told"),
        pytest.param(seen(KEPT, predictions=0.5 + 1e-6), "", id="within_a_tolerance"),
    ],
)
def test_a_changed_value_that_is_judged_as_kept_is_named(after, found):
    assert ([found] if found else []) == silently_accepted(seen(KEPT), after)
