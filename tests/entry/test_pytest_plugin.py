"""The plugin that every pytest gets where the harness is installed, and the suite's own; each in another project."""

from __future__ import annotations

import xml.etree.ElementTree as xml

import pytest

from harness.environment import Environment
from harness.report.results import Results

needs_tensorflow = pytest.mark.skipif("tensorflow" not in Environment().versions, reason="TensorFlow is not installed")

#: A fixture of the same name, whose verdicts need no TensorFlow.
MADE_UP = """
import pytest
from harness.nouns import ASPECTS, Case, Recipe
from harness.verdict import Difference, Kept, Lost, Verdict
from harness.report.checked import Checked

@pytest.fixture
def roundtrip():
    def verdict(*lost):
        findings = dict.fromkeys(ASPECTS, Kept())
        for name in lost:
            problem = "12 of 12 values differ " + "x" * 300
            findings[name] = Lost((Difference(name, "dense/kernel", problem),))
        case = Case(Recipe("model", "m"), "dot_keras", "bare")
        return Verdict(case, findings=findings, versions={"tensorflow": "2.0"})
    return lambda *lost: Checked((verdict(*lost), verdict("predictions")))
"""
HEADLINE = (
    "none of 2 ways keeps weights, predictions; dot_keras bare: weights['dense/kernel']: 12 of 12 values differ..."
)
FORMS = {
    "with_a_message": "verdict = roundtrip('weights')\n    assert verdict, verdict",
    "without": "verdict = roundtrip('weights')\n    assert verdict",
    "in_one_line": "assert roundtrip('weights')",
    "among_others": "kept, lost = roundtrip(), roundtrip('weights')\n    assert kept and lost",
}


@pytest.fixture
def project(pytester, monkeypatch):
    """A project of somebody else's."""
    monkeypatch.setenv("COLUMNS", "200")
    monkeypatch.delenv("CI", raising=False)
    return pytester


@pytest.mark.parametrize("form", FORMS)
def test_a_verdict_that_is_asserted_is_told_whole(project, form):
    project.makeconftest(MADE_UP)
    project.makepyfile(f"def test_it(roundtrip):\n    {FORMS[form]}\n")
    result = project.runpytest("--junitxml=junit.xml")

    result.assert_outcomes(failed=1)
    result.stdout.fnmatch_lines(
        [
            "*- round trip -*",
            "none of 2 ways keeps weights, predictions; dot_keras bare: weights?'dense/kernel'?: 12 of 12 values*",
            "  tensorflow 2.0",
            "Nothing that was tried keeps weights, predictions.",
            "lost * by",
            "weights * bare: dot_keras",
        ]
    )
    summary = result.stdout.lines[-2]
    assert summary.startswith("FAILED test_a_verdict_that_is_asserted_is_told_whole.py::test_it - ")
    headline = HEADLINE[:40] if form == "among_others" else HEADLINE
    assert headline in summary
    (failure,) = xml.parse(project.path / "junit.xml").iter("failure")
    assert headline in failure.get("message")
    assert "Nothing that was tried keeps weights, predictions." in failure.text
    assert "Checked(" not in result.stdout.str()


def test_a_failure_of_another_kind_shows_the_last_verdict_and_one_without_the_fixture_none(project):
    project.makeconftest(MADE_UP)
    project.makepyfile(
        """
        def test_one(roundtrip):
            verdict = roundtrip("losses")
            assert not verdict.ways

        def test_other():
            assert 1 == 2
        """
    )
    lines = project.runpytest().stdout.lines

    assert 1 == sum("- round trip -" in line for line in lines)
    assert 1 == lines.count("kept: weights, predictions (any of 2 ways: dot_keras bare)")


def test_a_project_that_does_not_use_it_sees_nothing_of_it(project):
    project.makeconftest(
        """
        import pytest

        def pytest_addoption(parser):
            for name in ("--workers", "--results", "--row", "--only", "--checkpoint", "--keras", "--fresh", "--matrix",
                         "--seconds", "--records", "--suite"):
                parser.addoption(name)

        @pytest.fixture
        def environment():
            return "theirs"

        @pytest.fixture(params=[1, 2])
        def cell(request):
            return request.param
        """
    )
    project.makepyfile(
        """
        import pytest, sys

        def test_fixture(cell, environment, request):
            assert cell and environment == "theirs" and request.config.option.workers == "3"

        @pytest.mark.parametrize("cell", "ab")
        def test_parameter(cell):
            assert cell
        """
    )
    result = project.runpytest_subprocess("--workers=3", "-p", "no:cacheprovider")

    result.assert_outcomes(passed=4)
    assert "round trip" not in result.stdout.str()
    assert "matrix" not in project.runpytest_subprocess("--markers").stdout.str()


def test_a_run_that_does_not_use_it_imports_little_of_it(project):
    project.makepyfile(
        """
        import sys

        def test_it():
            ours = {name for name in sys.modules if name.partition(".")[0] == "harness"}
            assert {"harness", "harness.entry", "harness.nouns"} <= ours
            assert {name for name in ours if name.count(".") > 1} == {
                *("harness.entry.pytest_plugin", "harness.entry.limits", "harness.entry.places"),
                "harness.report.run_folder",
            }
            assert not {"numpy", "tensorflow", "packaging.requirements"} & set(sys.modules)
        """
    )
    project.runpytest_subprocess("-p", "no:hypothesispytest").assert_outcomes(passed=1)


def test_without_tensorflow_the_fixture_fails_in_one_sentence(project):
    project.makeconftest(
        """
        import pytest

        @pytest.fixture(autouse=True, scope="session")
        def nothing_installed():
            from harness import environment
            environment.versions.cache_clear()
            environment.PACKAGES = ("numpy",)
            yield
        """
    )
    project.makepyfile("def test_it(roundtrip):\n    raise SystemExit")
    result = project.runpytest_subprocess("-rA")

    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(
        ["the fixture roundtrip: * has no TensorFlow; *", "ERROR *::test_it - Failed: the fixture *"]
    )
    assert "Traceback" not in result.stdout.str()
    assert "environment.py" not in result.stdout.str()


def test_every_worker_of_xdist_has_logs_of_its_own_and_its_share_and_options_reach_check(project):
    project.makeconftest(
        """
        from harness.environment import Environment

        Environment.check = lambda self: None

        def pytest_configure(config):
            config.workerinput = {"workerid": "gw1", "workercount": 2}
        """
    )
    project.makepyfile(
        """
        from pathlib import Path

        def test_it(roundtrip):
            given = roundtrip.keywords
            assert Path("logs", "gw1") == given["logs"]
            assert (9.0, 2, "3") == (given["seconds"], given["workers"], given["fleet"].environment.keras)
        """
    )
    options = ("--roundtrip-logs=logs", "--roundtrip-seconds=9", "--roundtrip-workers=5", "--roundtrip-keras=3")
    project.runpytest_subprocess(*options).assert_outcomes(passed=1)


#: The fixture with a run that knows the verdict already, in an environment that is made up. What is lost follows
#: from the names of the functions.
NO_MODELS = """
from functools import partial

from harness.entry import check
from harness import environment
from harness.nouns import ASPECTS
from harness.verdict import Difference, Kept, Lost, Verdict

class Run:
    notices = ()
    def __init__(self, plans, environment, settings, fleet):
        self.records = settings.records
    def __enter__(self): return self
    def __exit__(self, *exception): pass
    def wait(self, case, seconds): return True
    def __getitem__(self, case):
        lost = {"weights": Lost((Difference("weights", "a", "missing after reload"),))} if "wrong" in str(
            case.recipe.arguments) else {}
        return Verdict(case, findings={**dict.fromkeys(ASPECTS, Kept()), **lost}, record=str(self.records or ""))

check.Run = Run
environment.Environment.check = lambda self: None
environment.Environment = partial(environment.Environment, {"tensorflow": "2.21.0", "tf-keras": "2.21.0"})
"""
PACKAGES = """
def build(): ...
def data(): ...
def save(model, path): ...
def load(path): ...
def load_wrongly(path): ...
"""
CALLS = """
import os
import pytest
from packages import *

@pytest.mark.parametrize("load", [load, load_wrongly])
@pytest.mark.parametrize("size", [1, 2])
def test_it(roundtrip, load, size, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    assert roundtrip(build=build, data=data, save=save, load=load, arguments={"size": size}, require="weights")

def test_again(roundtrip):
    assert roundtrip(build=build, data=data, save=save, load=load_wrongly, arguments={"size": 1}, require=())
"""
NAMES = [f"packages.py(size={size}){load}" for size in (1, 2) for load in ("", ", load=packages.py:load_wrongly")]


@pytest.fixture
def checking(project):
    """A project with tests that check models, which are none."""
    project.makeconftest(NO_MODELS)
    project.makepyfile(packages=PACKAGES, test_packaging=CALLS)
    return project


@pytest.mark.parametrize("workers", [0, 2])
def test_the_results_of_all_tests_are_one_file_with_a_line_for_each_model(checking, workers):
    options = ["--roundtrip-results=deep/results.jsonl", "--roundtrip-records=records"]
    if workers:
        pytest.importorskip("xdist", reason="pytest-xdist is not installed")
        options += ["-n", str(workers)]
    (checking.path / "deep" / "results.jsonl.parts").mkdir(parents=True)
    (checking.path / "deep" / "results.jsonl.parts" / "gw7-0001.jsonl").write_text("left by a run that was killed")
    checking.runpytest_subprocess(*options).assert_outcomes(passed=3, failed=2)
    read = Results(checking.path / "deep" / "results.jsonl").read()

    assert sorted(NAMES) == sorted(each.model for each in read.results)
    assert () == read.missing
    assert len(NAMES) == len(read.header.intended)
    kinds = {each.model: each.outcomes["weights"].kind for each in read.results}
    assert {name: "failed" if "wrong" in name else "passed" for name in NAMES} == kinds  # what failed most counts
    assert ["results.jsonl"] == [each.name for each in (checking.path / "deep").iterdir()]
    records = {each.verdict.record for each in read.results}
    assert len(NAMES) == len(records)
    assert all(each.startswith(str(checking.path / "records")) for each in records)


def test_a_baseline_of_the_fixture_is_updated_by_an_option(checking):
    checking.makepyfile(
        test_packaging="""
        from pathlib import Path
        from packages import *

        BASELINE = Path(__file__).with_name("roundtrip.toml")

        def test_it(roundtrip):
            verdict = roundtrip(build=build, data=data, save=save, load=load_wrongly, baseline=BASELINE)
            assert verdict, verdict

        def test_without(roundtrip):
            assert roundtrip(build=build, data=data, save=save, load=load)
        """
    )
    first = checking.runpytest_subprocess()
    first.assert_outcomes(passed=1, failed=1)
    first.stdout.fnmatch_lines(["*There is no *roundtrip.toml yet. Proposed:", "*--roundtrip-update-baseline*"])

    checking.runpytest_subprocess("--roundtrip-update-baseline").assert_outcomes(passed=2)
    checking.runpytest_subprocess().assert_outcomes(passed=2)
    assert '["packages.py, load=packages.py:load_wrongly"]' in (checking.path / "roundtrip.toml").read_text()


def test_results_that_cannot_be_written_end_the_run_before_it_begins(checking):
    (checking.path / "deep").mkdir()
    result = checking.runpytest_subprocess("--roundtrip-results=deep")

    assert 3 == result.ret
    assert "deep: results cannot be written there" in result.stdout.str() + result.stderr.str()
    assert "Traceback" not in result.stdout.str() + result.stderr.str()


def test_a_damaged_part_of_the_results_ends_the_run_in_one_sentence(checking):
    checking.makepyfile(
        test_packaging=f"""{CALLS}
def test_damaged():
    with open("{checking.path}/results.jsonl.parts/only-0001.jsonl", "a") as part:
        part.write("{{\\n")
"""
    )
    result = checking.runpytest_subprocess("--roundtrip-results=results.jsonl")

    assert 2 == result.ret
    assert "only-0001.jsonl: line 3 is no result of this harness" in result.stdout.str() + result.stderr.str()
    assert not (checking.path / "results.jsonl").exists()


def test_where_no_test_uses_the_fixture_there_are_no_results(checking):
    checking.makepyfile(test_packaging="def test_it(): pass")

    assert 0 == checking.runpytest_subprocess("--roundtrip-results=results.jsonl").ret
    assert not (checking.path / "results.jsonl").exists()


def test_options_of_the_fixture_have_a_prefix(project):
    result = project.runpytest_subprocess("--help")
    options = [line.split()[0].rstrip("=") for line in result.stdout.lines if line.startswith("  --roundtrip")]

    assert {each.partition("=")[0] for each in options} == {
        f"--roundtrip-{name}"
        for name in (
            "keras",
            "seconds",
            "workers",
            "fresh",
            "hash-seed",
            "logs",
            "results",
            "records",
            "update-baseline",
        )
    }
    assert "--matrix" not in result.stdout.str()


SUITE = """
from harness.nouns import Case, Recipe
from harness.suite.suite import Suite

def cases(selection):
    'One cell.'
    return [Case(Recipe("mine", "mine"), "whole_h5", "bare")]

SUITE = Suite({}, {'default': cases}, (), str, str)
"""
#: A run that knows the verdict already, in an environment that is made up.
NO_RUN = """
import pytest
pytest_plugins = ["harness.entry.suite_plugin"]
from harness.entry import runs, suite_plugin
from harness.environment import Environment
from harness.report.results import Results
from harness.verdict import Difference, Lost, Verdict

class Run:
    notices = ()
    def __init__(self, *given): pass
    def __enter__(self): return self
    def __exit__(self, *exception): pass
    def wait(self, case, seconds): return True
    def __getitem__(self, case):
        lost = Lost((Difference("weights", "dense/kernel", "1 of 2 values differ"),))
        return Verdict(case, promised=frozenset({"weights"}), findings={"weights": lost})

runs.Run = Run
suite_plugin.options.environment = lambda option: Environment({"tensorflow": "2.12.0", "python": "3.11"})
"""


@pytest.fixture
def suite(project):
    project.makeconftest(NO_RUN)
    project.makepyfile(mine_suite=SUITE)
    project.makepyfile(test_cells="def test_weights_survive(cell):\n    cell.keeps('weights')\n")
    return project


def test_a_failing_cell_has_its_reason_in_the_summary_and_the_command_that_reproduces_it(suite):
    result = suite.runpytest_subprocess("--suite=mine_suite:SUITE", "--seconds=9", "--junitxml=junit.xml")

    result.assert_outcomes(failed=1)
    id = "test_cells.py::test_weights_survive[mine-whole_h5-bare]"
    reason = "Failed: mine-whole_h5-bare: weights changed after the round trip (1 difference)"
    result.stdout.fnmatch_lines(
        [
            "round trips: tensorflow 2.12.0, python 3.11",
            "  weights?'dense/kernel'?: 1 of 2 values differ",
            "*- reproduce -*",
            f"pytest '{id.replace('[', '?').replace(']', '?')}' --hash-seed=* --seconds=9.0 --suite=mine_suite:SUITE",
        ]
    )
    assert f"FAILED {id} - {reason}" == result.stdout.lines[-2]
    (failure,) = xml.parse(suite.path / "junit.xml").iter("failure")
    assert failure.get("message").startswith(reason)
    assert "reproduce" in failure.text


def test_in_the_log_of_a_ci_job_the_reason_stands_behind_the_longest_id(suite, monkeypatch):
    monkeypatch.setenv("CI", "true")
    monkeypatch.setenv("COLUMNS", "40")
    result = suite.runpytest_subprocess("--suite=mine_suite:SUITE")

    result.stdout.fnmatch_lines(["FAILED test_cells.py::*bare? - Failed: mine-whole_h5-bare: weights changed after *"])


def test_cells_without_a_suite_are_one_sentence_and_pyproject_can_name_it(suite):
    result = suite.runpytest_subprocess()
    assert 2 == result.ret
    assert "this needs a suite of cells, and none is named here" in result.stdout.str() + result.stderr.str()
    assert "Traceback" not in result.stdout.str()

    suite.makepyprojecttoml('[tool.harness]\nsuite = "mine_suite:SUITE"\n[tool.pytest.ini_options]\n')
    suite.runpytest_subprocess().assert_outcomes(failed=1)


TEAM = {
    "src/team/__init__.py": "",
    "src/team/layers.py": """
import tensorflow as tf

@tf.keras.utils.register_keras_serializable("team")
class Scale(tf.keras.layers.Layer):
    def build(self, shape):
        self.factor = self.add_weight(name="factor", shape=(), initializer="ones")

    def call(self, inputs):
        return self.factor * inputs
""",
    "src/team/model.py": """
import numpy as np
import tensorflow as tf

from team.layers import Scale

def build():
    model = tf.keras.Sequential([tf.keras.Input((3,)), Scale(name="scale"), tf.keras.layers.Dense(1, name="head")])
    model.compile("adam", "mse")
    return model

def data():
    random = np.random.default_rng(0)
    return random.normal(size=(16, 3)).astype("float32"), random.normal(size=(16, 1)).astype("float32")
""",
    "src/team/packaging.py": """
import tensorflow as tf

from .layers import Scale
from .model import build

def save(model, path):
    model.save_weights(path + ".h5")

def load(path):
    model = build()
    model.load_weights(path + ".h5")
    return model

def load_wrongly(path):
    model = load(path)
    model.get_layer("head").bias.assign([7.0])
    return model
""",
    "lib/shared/ns/layers.py": """
import tensorflow as tf

class Shift(tf.keras.layers.Layer):
    pass
""",
    "lib/shared/ns/model.py": """
from functools import partial

import tensorflow as tf

from .layers import Shift

def make(units, name):
    model = tf.keras.Sequential([tf.keras.Input((3,)), Shift(name="shift"), tf.keras.layers.Dense(units, name=name)])
    model.compile("adam", "mse")
    return model
""",
    "tests/test_models.py": """
from functools import partial

import pytest
from shared.ns.model import make
from team.model import data

@pytest.mark.parametrize("units", [1, 2])
def test_each_model(roundtrip, units):
    build = partial(make, units)
    verdict = roundtrip(build=build, data=data, arguments={"name": "d"}, formats="dot_keras", loaders="code")
    assert verdict, verdict
    assert f"model_make_{units}_name_d-dot_keras-code" == verdict.verdicts[0].case.id
    assert 0 == verdict.verdicts[0].lost.count("class")
""",
    "tests/test_packaging.py": """
from team.model import build, data
from team.packaging import load, load_wrongly, save

def test_what_we_ship(roundtrip):
    verdict = roundtrip(build=build, data=data, save=save, load=load)
    assert verdict, verdict

def test_what_we_nearly_shipped(roundtrip):
    verdict = roundtrip(build=build, data=data, save=save, load=load_wrongly)
    assert verdict, verdict
""",
}


@needs_tensorflow
def test_the_gate_of_another_project_lets_through_what_is_whole_and_shows_what_is_not(project, monkeypatch):
    project.makepyprojecttoml(
        "[tool.pytest.ini_options]\naddopts = ['--strict-markers', '--strict-config']\npythonpath = ['src']\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(project.path / "lib"))
    for name, text in TEAM.items():
        path = project.path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    result = project.runpytest_subprocess("--roundtrip-seconds=250", "--roundtrip-logs=logs")

    result.assert_outcomes(passed=3, failed=1)
    result.stdout.fnmatch_lines(
        [
            "*- round trip -*",
            "own code: weights?'head/bias:0'?: 1 of 1 values differ; *",
            "  tensorflow 2.*",
            "Nothing that was tried keeps weights, predictions.",
            "*weights*code: own",
            "FAILED tests/test_packaging.py::test_what_we_nearly_shipped - AssertionError: own code: weights?'head*",
        ]
    )
    assert (project.path / "logs" / "model.log").is_file()
    assert "*\n" == (project.path / "logs" / ".gitignore").read_text()
    assert not (project.path / ".harness").exists()
