"""Models that Keras has saved with code in them: loading them runs it, and the harness does not."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from hostile import CANARY, SAMPLES, record_of
from places import ROOT, TOYS

from harness.driver.settings import Settings
from harness.entry.trust import Trust
from harness.entry.verify import verify
from harness.environment import Environment
from harness.environments.cross import Crossing
from harness.environments.table import Row
from harness.inspection.inspect import inspect
from harness.nouns import BARE, CODE, Case, Recipe
from harness.processes.confinement import lacking
from harness.record.record import open_record

pytestmark = pytest.mark.skipif(
    not {"tf-keras", "tensorflow"} <= set(Environment().versions), reason="legacy Keras is not installed"
)

#: Saves the models, then loads each as anybody would, and says which of them made the canary appear.
MAKE = """
import os, sys
from pathlib import Path

import tensorflow as tf
from tensorflow import keras

folder, canary = Path(sys.argv[1]), Path(os.environ["HARNESS_TESTS_CANARY"])
layers = keras.layers
hostile = lambda x: (__import__("pathlib").Path(__import__("os").environ["HARNESS_TESTS_CANARY"]).touch(), x)[1]

def model(*of):
    return keras.Sequential([layers.Input((3, 2)), *of])

models = {
    "plain": model(layers.Lambda(hostile)),
    "nested": model(model(model(layers.Lambda(hostile)))),
    "wrapped": model(layers.TimeDistributed(layers.Lambda(hostile, output_shape=(2,)))),
    "harmless": model(layers.Dense(2), layers.TimeDistributed(layers.Dense(2))),
}
for name, each in models.items():
    each.save(str(folder / f"{name}.h5"))
    each.save(str(folder / f"{name}.keras"))
    each.save(str(folder / name), save_format="tf")

class Writes(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec((None, 3), tf.float32)])
    def __call__(self, x):
        tf.io.write_file(str(canary), "x")
        return {"x": x}

class Python(tf.Module):
    @tf.function(input_signature=[tf.TensorSpec((None, 3), tf.float32)])
    def __call__(self, x):
        return {"x": tf.py_function(lambda x: x, [x], tf.float32)}

for name, module in (("writes", Writes()), ("python", Python())):
    tf.saved_model.save(module, str(folder / name), signatures=module.__call__)
for each in sorted(folder.iterdir()):
    canary.unlink(missing_ok=True)
    try:
        if each.name in ("writes", "python"):
            tf.saved_model.load(str(each)).signatures["serving_default"](x=tf.ones((2, 3)))
        else:
            keras.models.load_model(str(each)).predict(tf.ones((2, 3, 2)), verbose=0)
    except Exception as error:
        print("refused", each.name, type(error).__name__, file=sys.stderr)
    if canary.exists():
        print(each.name)
canary.unlink(missing_ok=True)
"""


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The folder of the models, and which of them run what they bring when TensorFlow loads them."""
    folder = tmp_path_factory.mktemp("hostile")
    (folder / "models").mkdir()
    environment = Environment()
    variables = {**os.environ, **environment.variables(), CANARY: str(folder / "canary"), "PYTHONPATH": str(ROOT)}
    done = subprocess.run(
        [sys.executable, "-c", MAKE, str(folder / "models")], capture_output=True, text=True, env=variables
    )
    assert 0 == done.returncode, done.stderr
    return folder, done.stdout.split()


def formats(path):
    return {".h5": "whole_h5", ".keras": "dot_keras"}.get(path.suffix, "savedmodel")


def test_what_runs_code_in_tensorflow_is_named_and_what_is_harmless_is_not(hostile):
    folder, ran = hostile
    found = {path.name: {each.kind for each in inspect(path).dangers} for path in (folder / "models").iterdir()}

    # Of .keras it is refused: there safe_mode is the default.
    assert {"plain.h5", "nested.h5", "wrapped.h5", "plain", "nested", "wrapped", "writes"} == set(ran)
    assert {
        **{f"{name}{end}": {"lambda"} for name in ("plain", "nested", "wrapped") for end in ("", ".h5", ".keras")},
        **{f"harmless{end}": set() for end in ("", ".h5", ".keras")},
        "writes": {"file_op"},
        "python": {"python_op"},
    } == found


def test_none_of_it_is_run_by_verify(hostile, monkeypatch, tmp_path):
    folder, _ = hostile
    monkeypatch.setenv(CANARY, str(folder / "canary"))
    for path in sorted((folder / "models").iterdir()):
        if path.name.startswith("harmless"):
            continue
        record = record_of(tmp_path / path.name, formats(path), path.name, copier(path))

        assert verify(record, [BARE], Environment()).dangers
        assert not (folder / "canary").exists()


@pytest.mark.skipif(bool(lacking()), reason="this system cannot limit what a process writes")
def test_what_is_allowed_runs_with_limits_and_what_is_trusted_without(hostile, monkeypatch, tmp_path):
    folder, _ = hostile
    monkeypatch.chdir(tmp_path)
    path = folder / "models" / "writes"
    record = record_of(tmp_path / "record", "export", path.name, copier(path))

    verify(record, ["serving"], Environment(), trust=Trust(allow=frozenset({"file_op"})))
    assert not (folder / "canary").exists()
    verify(record, ["serving"], Environment(), trust=Trust(record=True))
    assert (folder / "canary").exists()


#: A project of somebody's, whose fixture keeps its records.
PROJECT = """
import sys

sys.path.insert(0, {toys!r})
import toy

def test_it(roundtrip):
    formats = ["whole_h5", "savedmodel"]
    assert roundtrip(build=toy.build, data=toy.data, formats=formats, loaders="code", require="weights")
"""


def planted(records: Path) -> list[Path]:
    """Every sample, in the places of the records that lie in a folder, and as neighbours of these."""
    places = [path.parent for path in sorted(records.rglob("record.json"))]
    assert places
    # Of links and FIFOs no record can be made.
    able = {name: sample for name, sample in SAMPLES.items() if sample[1] not in ("link", "special")}
    for number, (name, (format, _, write)) in enumerate(able.items()):
        for path in places[number : number + 1] or [places[0].with_name(name)]:
            shutil.rmtree(path, ignore_errors=True)
            record_of(path, format, "artifact", write)
    return places


def test_none_of_what_lies_where_a_crossing_keeps_its_records_is_run(monkeypatch, tmp_path):
    canary = tmp_path / "canary"
    monkeypatch.setenv(CANARY, str(canary))
    here = Row("here", "3.11", "2", ("tensorflow==2.21.0",), "keras", "each", "versions", "")
    recipe = Recipe("toy", str(TOYS / "toy.py"))
    cases = [Case(recipe, format, CODE) for format in ("whole_h5", "savedmodel")]
    settings = Settings(tmp_path / "logs", tmp_path / "records")
    crossing = Crossing(cases, settings, lambda row: replace(Environment(), library="keras"), lambda line: None)
    crossing.run([here], [])
    places = planted(tmp_path / "records")
    crossed = crossing.run([here], [here])

    assert not canary.exists()
    assert {} == crossed.broken
    assert not any(each.verdict.stage for each in crossed.loads)
    assert {"toy"} == {open_record(path).about.recipe.id for path in places}


def test_none_of_what_lies_where_the_fixture_keeps_its_records_is_run(monkeypatch, pytester):
    canary = pytester.path / "canary"
    monkeypatch.setenv(CANARY, str(canary))
    pytester.makepyfile(PROJECT.format(toys=str(TOYS)))
    pytester.runpytest_subprocess("--roundtrip-records=records").assert_outcomes(passed=1)
    places = planted(pytester.path / "records")
    pytester.runpytest_subprocess("--roundtrip-records=records").assert_outcomes(passed=1)

    assert not canary.exists()
    assert [] == [str(path) for path in places if open_record(path).about.recipe.id == "hostile"]


def copier(path: Path):
    return lambda target: (shutil.copytree if path.is_dir() else shutil.copyfile)(path, target)
