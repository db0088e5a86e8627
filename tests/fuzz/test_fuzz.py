"""A few hundred damaged records: each is refused in a sentence, dangerous or read; none raises, none hangs."""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys

from hostile import HARMLESS, record_of
from places import PYTHONPATH

from fuzz.mutations import mutated, take_up
from harness.record.record import open_record

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
