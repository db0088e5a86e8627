"""What is advised, typed as it stands: saved by one new interpreter, loaded by another, without the harness."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from harness.entry.check import check
from harness.environment import Environment

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

# The folder of each way is its place in the list.
SAVE = """
import json, os, sys
import tensorflow as tf
import my_net
x, y = my_net.data()
model = my_net.build()
model.fit(x, y, verbose=0)
for number, (save, load) in enumerate(json.loads(sys.argv[1])):
    os.makedirs(str(number))
    os.chdir(str(number))
    exec(save)
    os.chdir("..")
print(json.dumps(model.predict(x, verbose=0).tolist()))
"""

LOAD = """
import json, os, sys
import numpy as np
import tensorflow as tf
from my_net import data
x, found = data()[0], []
for number, (save, load) in enumerate(json.loads(sys.argv[1])):
    os.chdir(str(number))
    names = {"tf": tf}
    exec(load, names)
    os.chdir("..")
    if "predict" in names:
        (answer,) = names["predict"](tf.constant(x)).values()
    else:
        answer = names["model"](x)
    found.append(np.asarray(answer).tolist())
print(json.dumps(found))
"""


@needs_tensorflow
def test_every_way_that_is_advised_runs_as_it_stands_and_gives_the_same(tmp_path, monkeypatch):
    (tmp_path / "my_net.py").write_text(NET)
    monkeypatch.syspath_prepend(str(tmp_path))
    import my_net

    ways = check(build=my_net.build, data=my_net.data, logs=tmp_path / "logs").ways
    lines = json.dumps([[way.save, way.load] for way in ways])
    answers = [_run(script, lines, tmp_path) for script in (SAVE, LOAD)]

    assert {"bare", "code", "rebuild", "serving"} == {way.loader for way in ways}
    for way, loaded in zip(ways, answers[1]):
        assert loaded == [pytest.approx(row, abs=1e-6) for row in answers[0]], way


def _run(script: str, lines: str, folder: Path):
    keras = {name: value for name, value in Environment().variables().items() if name == "TF_USE_LEGACY_KERAS"}
    variables = {**keras, "PYTHONPATH": str(folder), "PATH": "", "HOME": str(folder)}
    command = [sys.executable, "-c", script, lines]
    done = subprocess.run(command, cwd=folder, env=variables, capture_output=True, text=True)
    assert 0 == done.returncode, done.stderr
    return json.loads(done.stdout.splitlines()[-1])
