"""A fault as two scripts: what they hold, and that they show it while it is there."""

from __future__ import annotations

import os
import subprocess
import sys
import types

import numpy as np
import pytest

from harness.environment import Environment
from harness.formats import FORMATS, find_format
from harness.nouns import ASPECTS, BARE, CODE, LIBRARY, PREDICTIONS, REBUILD, RELOAD, STAGES, WEIGHTS
from harness.scripts.fault import COMPARE, SAVE, Fault, scripts
from harness.scripts.folder import run_script
from harness.scripts.source import Source, source_of

needs_tensorflow = pytest.mark.skipif("tensorflow" not in Environment().versions, reason="TensorFlow is not installed")

CELLS = [(format.name, loader) for format in FORMATS.values() for loader in format.keeps]
NOTHING = "nothing was saved: run save.py first\n"
OWN = Source("from my_model import build, data", "vars(my_model)")

MODEL = """
import numpy as np
import tensorflow as tf

class Scaled(tf.keras.layers.Layer):
    def __init__(self, ratio=1.0, **options):
        super().__init__(**options)
        self.ratio = ratio

    def call(self, inputs):
        return inputs * self.ratio

    def get_config(self):
        return super().get_config()

def build():
    x = tf.keras.Input((4,), name="x")
    model = tf.keras.Model(x, tf.keras.layers.Dense(2, name="head")(Scaled(0.5, name="scaled")(x)))
    model.compile("adam", "mse")
    return model

def data():
    rng = np.random.default_rng(0)
    return rng.normal(size=(8, 4)).astype("float32"), rng.normal(size=(8, 2)).astype("float32")
"""
FORGETS, MENDED = "return super().get_config()", 'return {**super().get_config(), "ratio": self.ratio}'


@pytest.mark.parametrize("about", [*ASPECTS, *STAGES])
def test_every_script_is_python_and_names_nothing_of_the_harness(about):
    for format, loader in CELLS:
        for name, text in scripts(Fault(format, loader, about, 'it """says" so\\'), OWN).items():
            compile(text, name, "exec")
            assert "harness" not in text


@pytest.mark.parametrize("way", CELLS, ids="-".join)
def test_they_save_and_load_as_the_format_says(way):
    format, loader = FORMATS[way[0]], way[1]
    found = scripts(Fault(*way, WEIGHTS), OWN)
    line = format.load_lines[loader].partition("  #")[0].replace("vars(library)", "library")

    assert format.save_line in found[SAVE].splitlines()
    assert set(line.split("; ")) <= set(found[COMPARE].splitlines())


@pytest.mark.parametrize(("loader", "has_it"), [(BARE, False), (LIBRARY, False), (CODE, True), (REBUILD, True)])
def test_what_loads_has_the_model_only_where_its_loader_has(loader, has_it):
    found = scripts(Fault("savedmodel", loader, WEIGHTS), OWN)

    assert has_it == ("my_model" in found[COMPARE])
    assert "my_model" in found[SAVE]


def test_the_head_says_what_was_seen_and_with_what():
    fault = Fault("dot_keras", BARE, PREDICTIONS, "off by 1.1e-03", keras="3", versions={"tensorflow": "2.21.0"})
    text = scripts(fault, OWN)[COMPARE]

    assert text.startswith('"""dot_keras, bare: off by 1.1e-03\n')
    assert "\nSeen with tensorflow 2.21.0.\n" in text
    assert '"TF_USE_LEGACY_KERAS", "0"' in text


@pytest.mark.parametrize("imported", [False, True])
def test_a_module_is_imported_by_its_name_with_the_functions_that_it_has(tmp_path, monkeypatch, imported):
    monkeypatch.delitem(sys.modules, "transformers", raising=False)
    if imported:
        monkeypatch.setitem(sys.modules, "transformers", types.ModuleType("transformers"))
    (tmp_path / "crew").mkdir()
    (tmp_path / "crew" / "__init__.py").touch()
    (tmp_path / "crew" / "net.py").write_text("")
    source = source_of(tmp_path / "crew" / "net.py", ("build", "data", "train"))
    found = scripts(Fault("dot_keras", CODE, WEIGHTS), source)
    objects = "{**library, **vars(crew.net)}" if imported else "vars(crew.net)"

    imports = f'sys.path.insert(0, "{tmp_path}")\nimport crew.net\nfrom crew.net import build, data, train\n'
    assert imports in found[SAVE]
    assert "\ntrain(model, x, y, *([] if weights is None else [weights]))\n" in found[SAVE]
    assert f"custom_objects={objects}" in found[COMPARE]


def differs(tolerance: float):
    """The function of the second script."""
    text = scripts(Fault("dot_keras", BARE, WEIGHTS, tolerance=tolerance), OWN)[COMPARE]
    scope = {"np": np}
    exec(text[text.index("def differs") : text.index("\n\n\nlost = ")], scope)
    return scope["differs"]


@pytest.mark.parametrize(
    ("one", "other", "how"),
    [
        ([1.0, 2.0], [1.0, 2.0], ""),
        ([1.0, np.nan], [1.0, np.nan], ""),
        ([1.0, 2.0], [1.0, 2.0 + 1e-7], ""),
        ([1.0, 2.0], [1.0, 2.5], "off by 5.0e-01, allowed 1e-06"),
        ([1.0, 2.0], [1.0, np.nan], "off by inf, allowed 1e-06"),
        ([1, 2], [1, 3], "other values"),
        ([1.0], [1.0, 2.0], "it was float64 (1,), and is float64 (2,)"),
    ],
)
def test_arrays_differ_by_more_than_is_allowed(one, other, how):
    assert how == differs(1e-6)(np.asarray(one), np.asarray(other))


def test_what_is_missing_differs_and_text_does_where_it_is_another():
    assert "it was None, and is a" == differs(0.0)(None, "a")
    assert "it was a, and is b" == differs(0.0)("a", "b")
    assert "" == differs(0.0)("a", "a")
    assert differs(0.0)(np.asarray(0.0), np.asarray(-0.0)) == ""


@needs_tensorflow
def test_it_fails_while_the_fault_is_there_and_no_longer_when_it_is_mended(tmp_path):
    (tmp_path / "my_model.py").write_text(MODEL)
    source = source_of(tmp_path / "my_model.py", ("build", "data"))
    for name, text in scripts(Fault("dot_keras", CODE, PREDICTIONS, "it is lost"), source).items():
        (tmp_path / name).write_text(text)

    assert 0 == run(tmp_path / SAVE).returncode
    shown = run(tmp_path / COMPARE)
    assert 1 == shown.returncode, shown.stderr
    assert "predictions['same/0']: off by " in shown.stdout
    assert shown.stdout.endswith("2 of 2 facts of the predictions are lost\n")

    (tmp_path / "my_model.py").write_text(MODEL.replace(FORGETS, MENDED))

    assert 0 == run(tmp_path / SAVE).returncode
    mended = run(tmp_path / COMPARE)
    assert (0, "nothing is lost\n") == (mended.returncode, mended.stdout), mended.stderr


@needs_tensorflow
def test_what_does_not_load_ends_in_what_it_says(tmp_path):
    (tmp_path / "my_model.py").write_text(MODEL)
    source = source_of(tmp_path / "my_model.py", ("build", "data"))
    for name, text in scripts(Fault("whole_h5", BARE, RELOAD, "it does not load"), source).items():
        (tmp_path / name).write_text(text)

    first = run(tmp_path / COMPARE)
    assert (1, NOTHING) == (first.returncode, first.stderr[-len(NOTHING) :])
    assert 0 == run(tmp_path / SAVE).returncode
    shown = run(tmp_path / COMPARE)
    assert 1 == shown.returncode
    assert "Scaled" in shown.stderr.splitlines()[-1]


def run(path) -> subprocess.CompletedProcess[str]:
    return run_script(path, sys.executable, 300)


def test_a_script_has_nothing_of_this_process(tmp_path, monkeypatch):
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    monkeypatch.setenv("TF_USE_LEGACY_KERAS", "0")
    lines = ("import os", "print(os.environ.get('PYTHONPATH'), os.environ.get('TF_USE_LEGACY_KERAS'))")
    (tmp_path / "show.py").write_text("\n".join(lines))

    assert "None None\n" == run(tmp_path / "show.py").stdout
    assert "PYTHONPATH" in os.environ


def test_a_format_of_ones_own_is_found_by_its_functions():
    source = Source("from my_model import FILENAME, build, data, load, save", "{}", frozenset({"FILENAME", "save"}))
    found = scripts(Fault("own", CODE, WEIGHTS), source)

    assert 'path = "artifact/" + FILENAME\n' in found[SAVE]
    assert find_format("own").save_line in found[SAVE].splitlines()
    assert 'path = "artifact/" + FILENAME\nmodel = load(path)\n' in found[COMPARE]
