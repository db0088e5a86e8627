"""What is advised, typed as it stands: saved by one new interpreter, loaded by another, without the harness."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from cases.source import source
from harness.entry.command_line import main
from harness.environment import Environment
from harness.nouns import Recipe

needs_tensorflow = pytest.mark.skipif("tensorflow" not in Environment().versions, reason="TensorFlow is not installed")

NET = """
import numpy as np
import tensorflow as tf

class Scaled(tf.keras.layers.Layer):
    def __init__(self, ratio=1.0, **options):
        super().__init__(**options)
        self.ratio = ratio

    def call(self, inputs):
        return inputs * self.ratio

    def get_config(self):
        return {**super().get_config(), "ratio": self.ratio}

def build():
    x = tf.keras.Input((4,), name="x")
    model = tf.keras.Model(x, tf.keras.layers.Dense(2, name="head")(Scaled(0.5, name="scaled")(x)))
    model.compile("adam", "mse")
    return model

def data():
    rng = np.random.default_rng(0)
    return rng.normal(size=(8, 4)).astype("float32"), rng.normal(size=(8, 2)).astype("float32")
"""

#: Keras asks for safe_mode=False where a .keras file brings Python code.
SCALED = 'Scaled(0.5, name="scaled")(x)'
WITH_CODE = NET.replace(SCALED, f'tf.keras.layers.Lambda(lambda x: x * 2, name="twice")({SCALED})')

#: A main layer of transformers in a functional model.
XLM_R = Recipe("mended_functional", "cases.examples.mended_functional")

# The folder of each way is its place in the list.
SAVE = """
import json, os, sys
import tensorflow as tf
import my_net
sys.path.insert(0, "written")
from save_model import save as save_it
x, y = my_net.data()
model = my_net.build()
model.fit(x, y, verbose=0)
for number, (save, load) in enumerate(json.loads(sys.argv[1])):
    os.makedirs(str(number))
    os.chdir(str(number))
    exec(save)
    os.chdir("..")
os.makedirs("by_write")
os.chdir("by_write")
save_it(model)
assert "harness" not in sys.modules
print(json.dumps(model.predict(x, verbose=0).tolist()))
"""

LOAD = """
import json, os, sys
import numpy as np
import tensorflow as tf
if "vars(library)" in sys.argv[1]:
    from transformers.models.xlm_roberta import modeling_tf_xlm_roberta as library
sys.path.insert(0, "written")
import load_model
from my_net import data
x, found = data()[0], []

def answers(names):
    if "predict" not in names:
        return names["model"].predict(x, verbose=0)
    given = {name: tf.constant(each) for name, each in x.items()} if isinstance(x, dict) else None
    (answer,) = names["predict"](**given).values() if given else names["predict"](tf.constant(x)).values()
    return answer

for number, (save, load) in enumerate(json.loads(sys.argv[1])):
    os.chdir(str(number))
    names = {"tf": tf, "library": globals().get("library")}
    exec(load, names)
    os.chdir("..")
    found.append(np.asarray(answers(names)).tolist())
os.chdir("by_write")
loaded = load_model.load()
found.append(np.asarray(answers({"model": loaded} if hasattr(loaded, "predict") else {"predict": loaded})).tolist())
assert "harness" not in sys.modules
print(json.dumps(found))
"""

#: What is asked for, which loaders are then advised, and a line of what is written.
ASKED = [
    pytest.param(
        NET,
        ["--format=dot_keras,whole_h5"],
        {"code"},
        'custom_objects={"Scaled": Scaled})\n    return model',
        id="own_layer",
    ),
    pytest.param(
        WITH_CODE,
        ["--format=dot_keras"],
        {"code", "rebuild"},
        'custom_objects={"Scaled": Scaled}, safe_mode=False)\n    return model',
        id="lambda_layer",
    ),
    pytest.param(NET, [], {"bare", "code", "rebuild", "serving"}, "", id="own_layer_everything"),
    pytest.param(XLM_R, ["--format=whole_h5"], {"library"}, "", id="xlm_r"),
]


@needs_tensorflow
@pytest.mark.parametrize(("model", "asked", "loaders", "written"), ASKED)
def test_every_way_that_is_advised_runs_as_it_stands_and_gives_the_same(
    tmp_path, monkeypatch, capsys, model, asked, loaders, written
):
    if model is XLM_R and "transformers" not in Environment().versions:
        pytest.skip("transformers is not installed")
    # What a script has in a tokenizer's place is none that could be packaged: it goes by another name.
    text = source(XLM_R, "2").code.replace("tokenizer", "to_ids") if model is XLM_R else model
    (tmp_path / "my_net.py").write_text(text)
    monkeypatch.chdir(tmp_path)
    main(["check", "my_net.py", "--json", "--write=written", "--require-ways=any", *asked])
    ways = json.loads(capsys.readouterr().out)["ways"]
    lines = json.dumps([[way["save"], way["load"]] for way in ways])
    answers = [_run(script, lines, tmp_path) for script in (SAVE, LOAD)]

    assert loaders == {way["loader"] for way in ways}
    assert written in (tmp_path / "written" / "load_model.py").read_text()
    for way, loaded in zip([*ways, "what was written"], answers[1]):
        assert loaded == [pytest.approx(row, abs=1e-6) for row in answers[0]], way


def test_a_folder_that_holds_something_else_and_code_that_needs_no_advice_are_refused(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "thesis.tex").touch()
    functions = "def build(): ...\ndef data(): ...\ndef save(model, path): ...\ndef load(path): ...\n"
    (tmp_path / "mine.py").write_text(functions)

    for folder, message in (
        ("full", "full: expected a new or an empty folder; it has thesis.tex"),
        ("new", "mine.py has save() and load() of its own: --write has nothing to add to it"),
    ):
        assert 2 == main(["check", "mine.py", f"--write={folder}"])
        assert message in capsys.readouterr().err
    assert not (tmp_path / "new").exists()


def _run(script: str, lines: str, folder: Path):
    keras = {name: value for name, value in Environment().variables().items() if name == "TF_USE_LEGACY_KERAS"}
    variables = {**keras, "PYTHONPATH": str(folder), "PATH": "", "HOME": str(folder)}
    command = [sys.executable, "-c", script, lines]
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True)
    assert 0 == done.returncode, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
