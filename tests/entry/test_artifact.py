"""`check --artifact`: what is refused in one sentence, what is inspected, how what is left is loaded and compared."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest
from hostile import CANARY, HARMLESS, SAMPLES
from places import ROOT, TOYS

from harness.entry import artifact as artifacts
from harness.entry import strangers
from harness.entry.artifact import Artifact, check_artifact
from harness.entry.asked import LIMITS, OUTPUT, Wanted
from harness.entry.command_line import main
from harness.environment import Environment
from harness.inspection.inspect import inspect
from harness.nouns import CODE, HarnessError, InfrastructureError
from harness.report.checked import ALL, ANY

HERE = Environment({"tensorflow": "2.15.0", "python": "3.11.7"})


@pytest.fixture(autouse=True)
def no_canary(tmp_path, monkeypatch):
    monkeypatch.setenv(CANARY, str(tmp_path / "canary"))
    monkeypatch.chdir(tmp_path)
    yield
    assert not (tmp_path / "canary").exists()


@pytest.fixture
def ran(monkeypatch):
    """What would be run: no process is started, for inspecting neither."""
    runs = []
    monkeypatch.setattr(strangers, "inspect_apart", inspect)
    monkeypatch.setattr(artifacts, "lacking", lambda: ["network (no)"])
    monkeypatch.setattr(artifacts, "run_check", lambda *args, **options: runs.append((args, options)) or "checked")
    return runs


def checked(path, *, allow=(), data=None, **wanted):
    return check_artifact(Artifact(Path(path), data, frozenset(allow)), Wanted(**wanted), HERE, LIMITS, OUTPUT)


def written(name, write=HARMLESS["dense"]):
    write(Path(name))
    return name


def test_what_is_inspected_is_loaded_by_processes_with_limits_and_without_code(ran):
    done = checked(written("my-model.keras"))
    (((recipe, wanted, environment, limits), _),) = ran

    assert "checked" == done.checked
    assert ("not limited: this system cannot keep a process from the network (no)",) == done.notes
    assert ("my_model", str(Path("my-model.keras").resolve())) == (recipe.id, recipe.arguments["path"])
    assert ("bare", "serving", "tfsm", "runtime") == wanted.loaders
    assert (ANY, "keras") == (wanted.ways, environment.library)
    assert Path("my-model.keras").stat().st_size == limits.stranger


def test_all_ways_that_are_named_must_keep_it(ran):
    checked(written("m.keras"), formats=("dot_keras",))
    checked(written("m.keras"), formats=("dot_keras",), ways=ANY)

    assert [ALL, ANY] == [args[1].ways for args, _ in ran]


@pytest.mark.parametrize("name", ["lambda", "h5_lambda", "graph_writes", "zip_bomb"])
def test_what_is_dangerous_is_not_loaded_unless_it_is_allowed(ran, name):
    if "h5" in name:
        pytest.importorskip("h5py")
    format, kind, write = SAMPLES[name]
    path = written({"dot_keras": "m.keras", "whole_h5": "m.h5", "savedmodel": "m"}[format], write)

    assert {kind} == {each.kind for each in checked(path).dangers}
    assert [] == ran
    assert () == checked(path, allow=[kind]).dangers
    assert 1 == len(ran)


@pytest.mark.parametrize(
    ("name", "write", "sentence"),
    [
        ("none.h5", lambda path: None, "none.h5: expected an artifact or a file of inputs; there is none"),
        (
            "text.h5",
            lambda path: path.write_text("no"),
            "text.h5: expected a .keras archive, an HDF5 file or the folder of a SavedModel; nothing in it is one",
        ),
        (
            "checkpoint",
            HARMLESS["checkpoint"],
            "checkpoint: expected a .keras archive, an HDF5 file or the folder of a SavedModel; it is checkpoint",
        ),
        (
            "model.bin",
            HARMLESS["dense"],
            "model.bin: a zip archive, which load_model takes for a model by the suffix .keras alone",
        ),
        (
            "torn.keras",
            lambda path: path.write_bytes(b"PK\x03\x04"),
            "torn.keras: not loaded, since it cannot be looked into: torn.keras: is a damaged zip archive",
        ),
    ],
)
def test_what_is_no_model_is_one_sentence(ran, name, write, sentence):
    write(Path(name))

    with pytest.raises(HarnessError) as error:
        checked(name)
    assert str(error.value).startswith(sentence)
    assert [] == ran


def test_inputs_that_are_not_there_and_a_loader_that_has_code_are_one_sentence(ran):
    path = written("m.keras")

    with pytest.raises(HarnessError, match=r"no.npz: expected an artifact or a file of inputs; there is none"):
        checked(path, data=Path("no.npz"))
    with pytest.raises(
        HarnessError, match="--loader code: a file has no code; expected some of bare, library, serving"
    ):
        checked(path, loaders=(CODE,))
    with pytest.raises(HarnessError, match="there is no kind of danger 'lamda'"):
        checked(path, allow=["lamda"])


def test_the_command_takes_a_module_or_an_artifact(ran, capsys):
    path = written("m.keras")

    for arguments in ([], ["m.py", "--artifact", path]):
        assert 2 == main(["check", *arguments])
        assert "expected MODULE, a Python file, or --artifact PATH" in capsys.readouterr().err
    assert 2 == main(["check", "m.py", "--data", "x.npz"])
    assert "--data and --allow go with --artifact" in capsys.readouterr().err
    assert 1 == main(["check", "--artifact", written("l.keras", SAMPLES["lambda"][2])])
    assert "not loaded: lambda: l.keras:config.json.config.layers[1]" in capsys.readouterr().out


_SAVE = (
    "import tensorflow as tf, toy; tf.random.set_seed(1); model = toy.build(); "
    "model.fit(*toy.data(), verbose=0); model.save('toy.h5')"
)


def test_a_file_is_carried_as_it_is_and_what_a_way_loses_of_it_is_told(tmp_path):
    """An HDF5 file into .keras, which keeps the optimizer, and into a SavedModel, which does not."""
    environment = Environment()
    try:
        environment.check()
    except InfrastructureError as error:
        pytest.skip(str(error))
    path = os.pathsep.join([str(TOYS), str(ROOT)])
    variables = {**os.environ, **environment.variables(), "PYTHONPATH": path}
    subprocess.run([sys.executable, "-c", _SAVE], check=True, capture_output=True, env=variables)
    command = [sys.executable, "-m", "harness", "check", "--artifact", "toy.h5", "--require", "weights,optimizer"]
    ways = ["--format", "dot_keras,savedmodel", "--loader", "bare"]
    done = subprocess.run([*command, *ways], capture_output=True, text=True, env=variables)

    assert 1 == done.returncode, done.stderr
    assert "1 of 2 ways does not keep weights, optimizer; savedmodel bare: optimizer['iter" in done.stdout
    assert "1. dot_keras, bare: loses nothing that could be seen" in done.stdout
