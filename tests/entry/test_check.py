"""One's own model, and one's own packaging code."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from places import ROOT, TOYS
from verdict_of import verdict_of

from harness.entry.check import Wanted, check, recipe_of, reference_to
from harness.entry.command_line import main
from harness.environment import Environment
from harness.formats import FORMATS
from harness.nouns import Case, Difference, HarnessError, Recipe, Unseen
from harness.processes.fleet import Fleet
from harness.report.checked import Checked
from harness.report.ways import ways

needs_tensorflow = pytest.mark.skipif("tensorflow" not in Environment().versions, reason="TensorFlow is not installed")


def verdict(format, loader, *lost, **facts):
    differences = tuple(Difference(aspect, "x", "missing after reload") for aspect in lost)
    return verdict_of(Case(Recipe("model", "m"), format, loader), *differences, **facts)


def test_the_way_that_keeps_most_comes_first_then_the_smallest():
    found = ways(
        [
            verdict("savedmodel", "bare", "optimizer", size=1),
            verdict("whole_h5", "bare", size=9),
            verdict("dot_keras", "bare", size=5),
            verdict("weights_h5", "rebuild", "weights"),
            verdict("export", "serving", stage="save"),
        ],
        ("weights",),
    )

    assert ["dot_keras", "whole_h5", "savedmodel"] == [way.format for way in found]
    assert 'model = tf.keras.models.load_model("model.keras")' == found[0].load


@pytest.mark.parametrize("name", FORMATS)
def test_every_way_has_its_lines(name):
    for way in ways([verdict(name, loader) for loader in FORMATS[name].keeps], ()):
        assert "{" not in way.load.replace("{...}", "")
        assert way.save


def test_a_loss_is_told_by_name_and_without_a_way_there_is_no_advice():
    checked = Checked((verdict("savedmodel", "bare", "weights"),))

    assert "savedmodel bare:\n  weights['x']: missing after reload" == checked.losses()
    assert "Nothing that was tried keeps weights, predictions." == checked.advice()
    assert not checked


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("def build(): ...", "expected functions build() and data(); missing: data"),
        ("x = 1", "expected functions build() and data(); missing: build, data"),
        ("def build(): ...\ndef data(): ...\ndef save(m, p): ...", "expected save() and load() together, or neither"),
        ("def build(:", "expected Python; line 1: "),
    ],
)
def test_a_module_that_lacks_something_is_one_sentence(tmp_path, text, message):
    (tmp_path / "mine.py").write_text(text)

    with pytest.raises(HarnessError) as error:
        recipe_of(tmp_path / "mine.py")
    assert message in str(error.value)


def test_a_file_that_is_none_is_one_sentence(tmp_path):
    with pytest.raises(HarnessError, match=r"mine\.py: expected a Python file \(No such file or directory\)"):
        recipe_of(tmp_path / "mine.py")


def test_packaging_code_is_seen_without_importing_the_module():
    assert recipe_of(TOYS / "toy_packaged.py")[1]
    assert not recipe_of(TOYS / "toy.py")[1]


def test_a_function_that_a_fresh_process_cannot_find_is_refused():
    with pytest.raises(HarnessError, match=r"build cannot reach a fresh process: .* Received: .*<lambda>"):
        reference_to("build", lambda: None)


def verdicts(*stages):
    return tuple(
        verdict("dot_keras", loader, stage=stage) for loader, stage in zip(("bare", "library", "code"), stages)
    )


@pytest.mark.parametrize(
    ("checked", "line"),
    [
        (Checked(verdicts("")), "kept: weights, predictions by dot_keras bare"),
        (
            Checked((verdict("dot_keras", "bare"), verdict("whole_h5", "bare", size=1)), ("weights",)),
            "kept: weights by dot_keras bare and 1 more way",
        ),
        (
            Checked((replace(verdict("dot_keras", "bare", stage="reload"), failure="ValueError: no such layer"),)),
            "dot_keras bare: does not reload: ValueError: no such layer",
        ),
        (
            Checked((replace(verdict("dot_keras", "bare", stage="train"), failure="data() is odd"),)),
            "did not train: data() is odd",
        ),
        (
            Checked((verdict("own", "code", "losses", "predictions"),)),
            "own code: predictions['x']: missing after reload",
        ),
        (
            Checked((verdict("export", "serving", unseen={"weights": Unseen("no variables")}),)),
            "export serving: weights not compared: no variables",
        ),
        (
            Checked((verdict("dot_keras", "bare", "weights"), verdict("dot_keras", "code", "weights"))),
            "none of 2 ways keeps weights, predictions; dot_keras bare: weights['x']: missing after reload",
        ),
    ],
)
def test_the_first_line_is_the_verdict_and_stands_alone(checked, line):
    first, second, *_ = str(checked).splitlines()

    assert (line, "  versions unknown", line) == (first, second, repr(checked))


def test_the_line_that_pytest_shows_is_not_too_long_for_it():
    long = Checked((replace(verdict("dot_keras", "bare", stage="reload"), failure="ValueError: " + "why " * 100),))

    assert len(long.headline()) > 240 > len(repr(long))
    assert repr(long).endswith("why...")


def test_a_module_that_checks_itself_is_refused_in_the_fresh_process_that_imports_it(monkeypatch):
    monkeypatch.syspath_prepend(str(TOYS))
    monkeypatch.setenv("ROUNDTRIP_FRESH_PROCESS", "1")
    import toy

    with pytest.raises(HarnessError, match=r'fresh process imports the module .* if __name__ == "__main__":'):
        check(build=toy.build, data=toy.data)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"seconds": 0}, "seconds 0: expected more than 0, and at most 604800 (a week)"),
        ({"seconds": "5"}, "seconds: expected a number of seconds. Received: '5'"),
        ({"workers": 0}, "workers 0: expected 1 or more"),
        ({"keras": 3}, 'keras: expected "2" for legacy Keras or "3" for Keras 3. Received: 3'),
        ({"second": 5}, "check() has no argument 'second'; expected some of build, data, train, save, load, probe, "),
    ],
)
def test_what_check_cannot_use_is_one_sentence(monkeypatch, given, message):
    monkeypatch.syspath_prepend(str(TOYS))
    import toy

    with pytest.raises(HarnessError) as error:
        check(build=toy.build, data=toy.data, **given)
    assert str(error.value).startswith(message)


def test_one_name_is_a_name_and_not_its_letters(monkeypatch):
    monkeypatch.syspath_prepend(str(TOYS))
    import toy

    asked = []
    monkeypatch.setattr("harness.entry.check.run_check", lambda recipe, wanted, *rest: asked.append(wanted))
    check(build=toy.build, data=toy.data, require="weights", formats="dot_keras", loaders="bare")
    check(build=toy.build, data=toy.data, require=["weights"], formats=["dot_keras"], loaders=["bare"])

    assert [Wanted(("dot_keras",), ("bare",), ("weights",))] * 2 == asked


def test_processes_of_one_keras_are_not_taken_for_another(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(TOYS))
    import toy

    with pytest.raises(HarnessError, match=r"keras='3': these processes have Keras 2 \(--roundtrip-keras\)"):
        check(build=toy.build, data=toy.data, keras="3", fleet=Fleet(Environment(), tmp_path))


@pytest.mark.parametrize("given", [{"formats": ["no"]}, {"loaders": ["no"]}, {"require": ["no"]}])
@needs_tensorflow
def test_an_unknown_name_is_one_sentence(given, monkeypatch):
    monkeypatch.syspath_prepend(str(TOYS))
    import toy

    with pytest.raises(HarnessError, match=r"there is no (format|loader|aspect) 'no'; expected one of "):
        check(build=toy.build, data=toy.data, **given)


@needs_tensorflow
def test_the_fixture_does_the_same_as_check(roundtrip, monkeypatch):
    monkeypatch.syspath_prepend(str(TOYS))
    import toy

    verdict = roundtrip(build=toy.build, data=toy.data, formats=["whole_h5"], loaders=["bare"], require=["optimizer"])

    assert verdict, verdict
    assert ["whole_h5"] == [way.format for way in verdict.ways]


def test_what_was_not_there_before_saving_is_told_once(monkeypatch):
    unseen = {"tokenizer": Unseen("none"), "resave": Unseen("not tried")}
    checked = Checked(tuple(verdict("whole_h5", loader, unseen=unseen) for loader in ("bare", "code")))

    assert ["Not compared:", "  tokenizer: none", "  resave: not tried"] == checked.unseen().splitlines()


def test_ways_that_lost_the_same_are_told_together():
    checked = Checked((verdict("savedmodel", "bare", "weights"), verdict("savedmodel", "code", "weights")))

    assert "savedmodel bare, savedmodel code:\n  weights['x']: missing after reload" == checked.losses()


def test_of_one_format_the_way_that_needs_least_is_advised():
    found = ways([verdict("whole_h5", "code"), verdict("whole_h5", "bare"), verdict("dot_keras", "code")], ())

    assert [("dot_keras", "code"), ("whole_h5", "bare")] == sorted((way.format, way.loader) for way in found)


@needs_tensorflow
def test_packaging_code_that_forgets_a_bias_is_caught(monkeypatch):
    monkeypatch.syspath_prepend(str(TOYS))
    import toy_packaged as mine

    checked = check(build=mine.build, data=mine.data, save=mine.save, load=mine.load, probe=mine.probe)
    (found,) = checked.verdicts

    assert ["label/bias:0"] == [each.name for each in found.about("weights")]
    assert found.about("predictions")
    assert () == found.about("probe")
    assert not checked


MODEL = """
def build():
    import tensorflow as tf
    model = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model
"""
BROKEN = {
    "returns_no_model": ("def build():\n    return {}", "build() returned dict; expected a compiled Keras model"),
    "data_of_other_lengths": (
        f"{MODEL}\ndef data():\n    return np.ones((4, 2)), np.ones(3)",
        "did not train: data()[1] has 3 examples, and data()[0] has 4; expected as many in each",
    ),
    "data_that_do_not_fit": (
        f"{MODEL}\ndef data():\n    return np.ones((4, 3)), np.ones(4)",
        "did not train: the model that build() returned cannot be called with data() and probes(): ValueError: Input 0",
    ),
    "loads_no_model": (
        f"{MODEL}\ndef save(model, path):\n    model.save(path + '.h5')\n\ndef load(path):\n    return path",
        "load() returned str; expected a Keras model",
    ),
    "not_compiled": (
        "def build():\n    import tensorflow as tf\n    return tf.keras.Sequential([tf.keras.layers.Dense(1)])",
        "build() returned a model that is not compiled",
    ),
}


@needs_tensorflow
@pytest.mark.parametrize("name", BROKEN)
def test_a_build_that_is_wrong_is_a_verdict(tmp_path, capsys, name):
    build, message = BROKEN[name]
    data = "import numpy as np\ndef data():\n    return np.ones((4, 2)), np.ones(4)\n"
    (tmp_path / f"{name}.py").write_text(f"{data}\n{build}\n")

    route = [] if "load(" in build else ["--format", "whole_h5", "--loader", "bare"]
    assert 1 == main(["check", str(tmp_path / f"{name}.py"), *route])
    assert message in capsys.readouterr().out


@needs_tensorflow
def test_a_record_is_verified_again_and_compared(tmp_path):
    def harness(*arguments):
        command = [sys.executable, "-m", "harness", *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)

    cells = ["example_functional-whole_h5-library", "mended_functional-whole_h5-library"]
    results = str(tmp_path / "results.jsonl")
    assert 0 == harness("run", *cells, "--records", str(tmp_path), "--results", results).returncode
    one, other = (str(tmp_path / name.split("-")[0] / "whole_h5") for name in cells)

    verified = harness("verify", one, "--loader", "library")
    assert (0, True) == (verified.returncode, "resave: not compared: nothing was saved again" in verified.stdout)
    different = harness("diff", one, other)
    assert (1, True) == (different.returncode, "names changed" in different.stdout)
    assert (0, "no difference\n") == (harness("diff", one, one).returncode, harness("diff", one, one).stdout)
    refused = harness("verify", one, "--loader", "serving")
    assert (2, True) == (
        refused.returncode,
        "whole_h5 is loaded by bare, library, code, rebuild; not by" in refused.stderr,
    )
    Path(one, "inputs.json").unlink()
    assert "the file inputs.json of this record is missing" in harness("verify", one).stderr
    assert json.loads(Path(results).read_text().splitlines()[0])["size"] > 0
