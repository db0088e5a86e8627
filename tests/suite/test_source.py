"""What scripts have in place of a recipe: the same model, without this suite."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import numpy as np
import pytest
from places import ROOT

from cases.axes.heads import HEADS
from cases.axes.losses import LOSSES
from cases.axes.recipes import AXES, data, fits, recipe
from cases.checkpoint import load_pieces
from cases.source import source
from cases.suite import EXAMPLES
from harness.environment import Environment
from harness.nouns import Recipe
from harness.suite.matrix import all_choices

needs_tensorflow = pytest.mark.skipif("tensorflow" not in Environment().versions, reason="TensorFlow is not installed")
needs_transformers = pytest.mark.skipif(
    "transformers" not in Environment().versions, reason="transformers is not installed"
)

CHOICES = [each for each in all_choices(AXES, lambda each: fits(**each)) if each["backbone"] == "plain_layers"]
#: Every head and every loss that there is for it, and every optimizer and every precision, once.
SOME = [
    ("mean_pool", "by_string", "plain_adam", "float32"),
    ("first_token", "focal_unregistered", "rmsprop", "mixed_float16"),
    ("attention_pool", "custom_mse", "cosine", "mixed_bfloat16"),
    ("answer_span", "focal_registered", "adamw", "float32"),
    ("multi_task", "weighted_dict", "warmup", "float32"),
    ("multiple_choice", "binary", "momentum", "float32"),
    ("token_tagger", "layer_loss", "plain_adam", "float32"),
    ("regression", "huber", "plain_adam", "float32"),
    ("max_pool", "regularized", "plain_adam", "float32"),
    ("multi_label", "smoothed", "plain_adam", "float32"),
]

SAME = """
import json, sys
import numpy as np
import tensorflow as tf
from tensorflow import keras
from cases.axes.recipes import recipe, subject
from cases.source import source
from harness.fresh.canonical import canonical
from harness.fresh import dialects

def seen(model):
    compiled = dialects.of_this_process().compile_arguments(model)
    shapes = [list(each.shape) for each in model.weights]
    return canonical([model.get_config(), model.optimizer.get_config(), compiled, shapes])

for choice in json.loads(sys.argv[1]):
    scope = {"np": np, "tf": tf, "keras": keras}
    arguments = dict(zip(("head", "loss", "optimizer", "precision"), choice), backbone="plain_layers")
    exec("from __future__ import annotations\\n" + source(recipe(**arguments), "2").code, scope)
    found = []
    for build in (subject(**arguments).build, scope["build"]):
        keras.backend.clear_session()
        found.append(json.dumps(seen(build())))
    print("same" if found[0] == found[1] else f"{choice}: {found}")
"""


def test_all_of_the_axes_are_written_without_tensorflow_and_are_python():
    pytest.importorskip("sentencepiece", reason="sentencepiece is not installed; it makes the ids")
    plain = [each for each in CHOICES if (each["optimizer"], each["precision"]) == ("plain_adam", "float32")]
    some = [dict(zip(("head", "loss", "optimizer", "precision"), each), backbone="plain_layers") for each in SOME]
    for choice in (*plain, *some):
        compile(source(recipe(**choice), "3").code, "source.py", "exec")

    command = (
        "import sys; from cases.source import source; from cases.axes.recipes import recipe; "
        f"source(recipe(**{CHOICES[0]!r}), '2'); sys.exit('tensorflow' in sys.modules)"
    )
    assert 0 == subprocess.run([sys.executable, "-c", command], cwd=ROOT, check=False).returncode


def test_the_data_are_the_same():
    pytest.importorskip("sentencepiece", reason="sentencepiece is not installed; it makes the ids")
    scope = {"np": np}
    text = source(recipe("plain_layers", "token_tagger", "by_string", "plain_adam", "float32"), "2").code
    exec(text[text.index("def data") :], scope)
    (x, y, weights), expected = (
        scope["data"](),
        data(HEADS["token_tagger"], LOSSES["by_string"], lambda: load_pieces("")),
    )

    for one, other in zip((*x.values(), y, weights), (*expected[0].values(), *expected[1:])):
        assert one.dtype == other.dtype
        assert np.array_equal(one, other)


def test_all_that_there_is_is_tried():
    for place, axis in enumerate(("head", "loss", "optimizer", "precision")):
        assert {each[axis] for each in CHOICES} == {each[place] for each in SOME} | (
            {"from_logits"} if axis == "loss" else set()
        )


@needs_tensorflow
def test_what_is_written_builds_the_same_model():
    variables = {**os.environ, **Environment().variables(), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-c", SAME, json.dumps(SOME)]
    done = subprocess.run(command, cwd=ROOT, env=variables, capture_output=True, text=True)

    assert ["same"] * len(SOME) == done.stdout.splitlines(), done.stderr


def test_what_has_the_suites_own_code_cannot_be_written():
    assert source(recipe("handwritten", "mean_pool", "by_string", "plain_adam", "float32"), "2") is None


@needs_tensorflow
@needs_transformers
def test_the_examples_run_as_they_are_written_without_this_suite(tmp_path):
    for kind in ("example", "mended"):
        for name in EXAMPLES:
            found = source(Recipe(f"{kind}_{name}", f"cases.examples.{kind}_{name}"), "2")
            assert "cases" not in found.code
            (tmp_path / f"{kind}_{name}.py").write_text(found.code + "\nassert build() and data()\n")
    names = [each.stem for each in tmp_path.iterdir()]
    command = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n" + "".join(f"import {name}\n" for name in names)
    variables = {**os.environ, **Environment().variables()}
    done = subprocess.run([sys.executable, "-c", command], cwd=tmp_path, env=variables, capture_output=True, text=True)

    assert 0 == done.returncode, done.stderr
