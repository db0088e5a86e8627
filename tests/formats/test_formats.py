"""The contract of a format: what its file must say, for everything that speaks of formats."""

from __future__ import annotations

import importlib
import os
import subprocess
from dataclasses import replace
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from places import ROOT, TOYS

from harness.environment import Environment
from harness.formats import FORMATS, PACKAGED, find_format
from harness.nouns import ASPECTS, CODE, LOADERS, Case, HarnessError, InfrastructureError, Recipe
from harness.report.ways import ways
from harness.suite.expectations import unmet
from harness.verdict import Verdict

MODULES = sorted(
    path.stem for path in (ROOT / "harness" / "formats").glob("*.py") if path.stem not in ("__init__", "format")
)
needs_tensorflow = pytest.mark.skipif("tensorflow" not in Environment().versions, reason="TensorFlow is not installed")

each_format = pytest.mark.parametrize("format", FORMATS.values(), ids=list(FORMATS))


@each_format
def test_a_format_promises_aspects_to_loaders(format):
    assert format.keeps
    assert set() == set(format.keeps) - set(LOADERS)
    assert set() == {aspect for promised in format.keeps.values() for aspect in promised} - set(ASPECTS)


@each_format
def test_a_format_says_how_a_person_saves_and_loads(format):
    assert "model" in format.save_line
    assert list(format.load_lines) == list(format.keeps)
    for line in (format.save_line, *format.load_lines.values()):
        compile(line, "line", "exec")


@each_format
def test_a_format_has_a_plain_artifact_and_requirements_that_can_be_read(format):
    assert format.artifact == Path(format.artifact).name
    assert all(map(Requirement, format.needs))


@each_format
def test_a_format_is_saved_again_as_one_that_shares_a_loader(format):
    if format.resaved_as:
        assert set(format.keeps) & set(FORMATS[format.resaved_as].keeps)
        assert format.name != format.resaved_as


@pytest.mark.parametrize("module", MODULES)
def test_the_docstring_of_a_format_says_what_it_keeps_and_loses(module):
    says = importlib.import_module(f"harness.formats.{module}").__doc__

    assert "\nKeeps, as documented: " in says
    assert "\nLoses: " in says


def test_a_format_without_a_load_line_is_refused():
    with pytest.raises(
        HarnessError, match="whole_h5: expected load_lines for each loader in keeps; missing: library, rebuild"
    ):
        replace(FORMATS["whole_h5"], load_lines={"bare": "", "code": ""})


@pytest.mark.parametrize("name", [PACKAGED, "harness.formats.whole_h5:WHOLE_H5"])
def test_advice_has_the_lines_of_a_format_that_is_defined_elsewhere(name):
    (way,) = ways([Verdict(Case(Recipe("model", "m:subject"), name, CODE))], ())

    assert (find_format(name).save_line, find_format(name).load_lines[CODE]) == (way.save, way.load)


OF_ANY_MODEL = [name for name in FORMATS if not name.startswith("hf_") and name != "preset"]

#: Each format's lines, in a folder of its own: what they load has the weights of what they saved, by way of one path.
_LINES = """
import importlib, os, sys
import numpy as np
import tensorflow as tf
from harness.formats import FORMATS

toy = importlib.import_module(sys.argv[1])
tf.random.set_seed(1)
trained = toy.build()
trained.fit(*toy.data(), verbose=0)
sums = {float(np.sum(each.numpy())) for each in trained.weights}
for name, loader in (cell.split() for cell in sys.argv[2:]):
    folder = f"{name}-{loader}"
    os.mkdir(folder)
    os.chdir(folder)
    exec(FORMATS[name].save_line, {"tf": tf, "model": trained})
    if os.listdir(".") != [FORMATS[name].artifact]:
        sys.exit(f"{name}: wrote {os.listdir('.')}, expected {FORMATS[name].artifact}")
    names = {"tf": tf, "build": toy.build, "my_model": toy, "library": toy, "TheModelsClass": type(trained)}
    exec(FORMATS[name].load_lines[loader], names)
    loaded = names.get("model") or names["layer"]
    # What a runtime has read shows no weights: they are constants of a graph.
    weights = () if loader == "runtime" else getattr(loaded, "weights", None) or loaded.variables
    if loader != "runtime" and not sums <= {float(np.sum(each.numpy())) for each in weights}:
        sys.exit(f"{name} {loader}: other weights")
    os.chdir("..")
"""


@needs_tensorflow
@pytest.mark.parametrize(
    ("keras", "toy", "names"),
    [
        ("2", "toy", OF_ANY_MODEL),
        ("3", "toy", OF_ANY_MODEL),
        ("2", "toy_hugging_face", ["hf_h5", "hf_safetensors"]),
        ("3", "toy_hub_task", ["preset"]),
    ],
)
def test_the_lines_do_what_they_say(tmp_path, keras, toy, names):
    environment = Environment(keras=keras)
    try:
        environment.check()
    except InfrastructureError as error:
        pytest.skip(str(error))
    cells = [
        f"{name} {loader}"
        for name in sorted(names, key=lambda name: FORMATS[name].spoils_the_model)
        for loader in FORMATS[name].keeps
        if not unmet(Case(Recipe("toy", "toy"), name, loader), environment)
    ]
    if not cells:
        pytest.skip("transformers or keras-hub is not installed for this Keras")
    done = subprocess.run(
        [environment.python, "-c", _LINES, toy, *cells],
        cwd=tmp_path,
        env={**os.environ, **environment.variables(), "PYTHONPATH": str(TOYS)},
        capture_output=True,
        text=True,
    )

    assert 0 == done.returncode, done.stderr
    firsts = {"toy": "whole_h5 rebuild", "toy_hugging_face": "hf_h5 library", "toy_hub_task": "preset library"}
    assert firsts[toy] in cells
