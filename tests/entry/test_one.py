"""`explain` and `repro`: one verdict, of a cell, a record or a module."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from verdict_of import verdict_of

from cases.suite import SUITE
from harness.entry.command_line import main
from harness.entry.one import fault_of, find_cell, worst
from harness.environment import Environment
from harness.nouns import Case, HarnessError, Recipe
from harness.verdict import Difference

needs_tensorflow = pytest.mark.skipif("tensorflow" not in Environment().versions, reason="TensorFlow is not installed")

HERE = Environment({"tensorflow": "2.21.0", "tf-keras": "2.21.0", "transformers": "4.57.6", "python": "3.11"})

#: Whose packaging code loses what no cause of the catalogue explains.
MODEL = """
import numpy as np
import tensorflow as tf

FILENAME = "packed.weights.h5"

def build():
    model = tf.keras.Sequential([tf.keras.Input((4,)), tf.keras.layers.Dense(2)])
    model.compile("sgd", "mse")
    return model

def data():
    rng = np.random.default_rng(0)
    return rng.normal(size=(8, 4)).astype("float32"), rng.normal(size=(8, 2)).astype("float32")

def save(model, path):
    model.save_weights(path)

def load(path):
    model = build()
    model.load_weights(path)
    model.set_weights([np.round(each, 1) for each in model.get_weights()])
    return model
"""


@pytest.mark.parametrize("command", ["explain", "repro"])
@pytest.mark.parametrize(
    ("what", "message"),
    [
        ("no-such-cell", "no-such-cell: expected one cell, a record or a Python file; no cells have this id"),
        ("*-whole_h5-bare", "expected one cell, a record or a Python file; "),
        ("nothing.py", "nothing.py: expected a Python file (No such file or directory)"),
    ],
)
def test_what_is_none_of_them_is_one_sentence(capsys, command, what, message):
    assert 2 == main([command, what])
    assert message in capsys.readouterr().err


def test_a_folder_that_is_no_record_is_one_sentence(capsys, tmp_path):
    assert 2 == main(["explain", str(tmp_path)])
    assert "expected a record folder with a readable record.json" in capsys.readouterr().err


def test_a_cell_that_needs_other_versions_says_which():
    with pytest.raises(HarnessError, match=r"shards needs keras>=3\.10"):
        find_cell("plain_layers-mean_pool-by_string-plain_adam-float32-shards-rebuild", SUITE, HERE)


def test_a_cell_is_found_whatever_matrix_has_it():
    for id in ("example_functional-savedmodel-bare", "plain_layers-max_pool-binary-momentum-float32-dot_keras-bare"):
        assert id == find_cell(id, SUITE, HERE).id


def test_a_folder_that_holds_something_else_is_refused_before_anything_is_run(capsys, tmp_path):
    (tmp_path / "thesis.tex").touch()

    assert 2 == main(["repro", "nothing.py", "--out", str(tmp_path)])
    assert "expected a new or an empty folder; it has thesis.tex" in capsys.readouterr().err


def test_what_no_script_can_import_is_refused_before_anything_is_run(capsys, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "my-model.py").write_text("def build(): ...\ndef data(): ...\n")

    for command in (["repro"], ["check", "--write=new"]):
        assert 2 == main([*command, "my-model.py"])
        assert "expected a file that `import` finds, of letters, digits and underscores" in capsys.readouterr().err


def test_a_model_of_the_suites_own_code_is_refused_before_it_is_run(capsys, monkeypatch):
    monkeypatch.setattr("harness.entry.commands.repro.Environment", lambda **how: HERE)

    assert 2 == main(["repro", "handwritten-mean_pool-by_string-plain_adam-float32-whole_h5-bare"])
    assert "its model is of the suite's own code, of which no script can be written" in capsys.readouterr().err


LOST = Difference("weights", "x", "missing after reload")


def test_the_first_that_does_not_keep_what_is_required_is_told():
    kept, lossy, failed = (
        verdict_of(Case(Recipe(name, "m"), "dot_keras", "bare"), *lost)
        for name, lost in (("kept", ()), ("lossy", (Difference("names", "x", "other"),)), ("failed", (LOST,)))
    )

    assert failed == worst([kept, lossy, failed], ("weights",))
    assert lossy == worst([kept, lossy], ("weights",))
    assert kept == worst([kept], ("weights",))


def test_what_was_not_lost_cannot_be_shown():
    case = Case(Recipe("model", "m"), "dot_keras", "bare")

    assert fault_of(verdict_of(case), "", HERE) is None
    with pytest.raises(HarnessError, match="does not lose optimizer; it loses weights"):
        fault_of(verdict_of(case, LOST), "optimizer", HERE)
    with pytest.raises(HarnessError, match="did not train: ValueError: no"):
        fault_of(verdict_of(case, stage="train", failure="ValueError: no"), "", HERE)


@needs_tensorflow
def test_what_has_no_known_cause_names_a_command_that_writes_scripts_which_show_it(tmp_path, monkeypatch, capsys):
    (tmp_path / "my_model.py").write_text(MODEL)
    monkeypatch.chdir(tmp_path)

    assert 1 == main(["explain", "my_model.py"])
    (line,) = [each for each in capsys.readouterr().out.splitlines() if each.startswith("no known cause")]
    command = line.partition("python -m harness ")[2].partition(" writes")[0].split()
    assert ["repro", "my_model.py", "--format", "own", "--loader", "code"] == command
    assert 0 == main(command)
    assert "load_and_compare.py shows it, exit code 1" in capsys.readouterr().out

    variables = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    done = subprocess.run([sys.executable, "repro/load_and_compare.py"], env=variables, capture_output=True, text=True)
    assert 1 == done.returncode
    assert "weights[0]: off by " in done.stdout

    for name in ("seen.pickle", "artifact"):
        assert (tmp_path / "repro" / name).exists()
