"""Cells as tests, in a suite that is made up, by runs that know every verdict: which there are, and what is told."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import xml.etree.ElementTree as xml
from collections import Counter
from importlib.util import find_spec

import pytest
from results_of import HEADER, result_of

from harness.report.results import Results
from harness.report.results_file import ResultsFile

needs_xdist = pytest.mark.skipif(find_spec("xdist") is None, reason="pytest-xdist is not installed")

SUITE = """
from harness.nouns import Case, Recipe
from harness.suite.known_failures import KnownFailure
from harness.suite.suite import Suite

ROUTES = [("savedmodel", "bare"), ("savedmodel", "serving"), ("dot_keras", "code")]

def cases(selection):
    'Nine cells.'
    return [Case(Recipe(f"{name}-mean", "mine"), *route) for name in ("one", "two", "six") for route in ROUTES]

KNOWN = (
    KnownFailure("*-savedmodel-bare", "optimizer", ("0, but should be 4",), "https://example.org/1"),
    KnownFailure("*-dot_keras-code", "reload", ("Unknown layer",), "https://example.org/2"),
)
SUITE = Suite({}, {"default": cases}, KNOWN, str, str)
"""

#: Runs that know the verdicts. A line is written for each recipe that is "trained", and by which process.
CONFTEST = """
import os, time
from pathlib import Path
pytest_plugins = ["harness.entry.suite_plugin"]
from harness.driver.plans import cases_of
from harness.driver.run import Now
from harness.entry import runs, suite_plugin
from harness.environment import Environment
from harness.nouns import ASPECTS, InfrastructureError
from harness.observation import Clue
from harness.verdict import Difference, Kept, Lost, Unseen, Verdict
from harness.driver.steps import promised

class Run:
    notices = ()
    def __init__(self, plans, environment, settings, fleet):
        self.looks = int(os.environ.get("LOOKS", 0))
        cases = [case for plan in plans for case in cases_of(plan)]
        self.now = Now(1, len(cases), ("train one-mean",))
        worker = os.environ.get("PYTEST_XDIST_WORKER", "only")
        with Path(__file__).with_name("trained.txt").open("a") as file:
            for recipe in dict.fromkeys(case.recipe.id for case in cases):
                file.write(f"{worker} {recipe} {settings.workers} {settings.hash_seed}\\n")

    def __enter__(self): return self
    def __exit__(self, *exception): pass

    def wait(self, case, seconds):
        self.looks -= 1
        return self.looks < 0

    def __getitem__(self, case):
        if "FULL" in os.environ:
            raise InfrastructureError("the disk is full")
        seconds = {"train": 20.0, "save": 1.0}
        if case.format == "dot_keras":
            return Verdict(case, stage="reload", failure="ValueError: Unknown layer", promised=promised(case),
                           seconds=seconds)
        findings = dict.fromkeys(ASPECTS, Kept())
        findings["tokenizer"] = Unseen("there is none")
        if case.loader == "bare":
            findings["optimizer"] = Lost((Difference("optimizer", "iteration", "0, but should be 4"),))
            if case.recipe.id == os.environ.get("NEW"):
                findings["weights"] = Lost((Difference("weights", "dense/kernel", "1 of 2 values differ"),))
        return Verdict(case, promised=promised(case), findings=findings, causes=causes(case),
                       seconds={**seconds, "reload": 2.0, "observe": 3.0})

def causes(case):
    facts = {"class": "Pool", "argument": "axis", "value": "1", "default": "0"}
    return (Clue("forgotten_argument", "layer 'pool'", facts),) if case.loader == "bare" else ()

runs.Run = Run
suite_plugin.options.environment = lambda option: Environment({"tensorflow": "2.15.0", "keras": "2.15.0",
                                                               "python": "3.11"})
"""
TESTS = """
import pytest
from harness.nouns import OPTIMIZER, WEIGHTS, TOKENIZER

def test_it_loads(cell):
    cell.loads()

@pytest.mark.aspect(WEIGHTS)
def test_weights_survive(cell, aspect):
    cell.keeps(aspect)

@pytest.mark.aspect(OPTIMIZER)
def test_optimizer_survives(cell, aspect):
    cell.keeps(aspect)
"""
OPTIONS = ("--suite=mine_suite:SUITE", "-p", "no:cacheprovider", "-p", "no:randomly")


@pytest.fixture
def suite(pytester, monkeypatch):
    """A project with the made-up suite; returns what runs its cells."""
    for name in ("CI", "NO_COLOR", "FORCE_COLOR", "PYTEST_XDIST_WORKER"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("COLUMNS", "200")
    pytester.makeconftest(CONFTEST)
    pytester.makepyfile(mine_suite=SUITE, test_cells=TESTS)
    return lambda *arguments: pytester.runpytest_subprocess(*OPTIONS, *arguments)


def results(folder):
    header, *lines = map(json.loads, (folder / ".harness" / "results.jsonl").read_text().splitlines())
    return header["run"], lines


def test_what_a_format_does_not_promise_has_no_test(suite):
    ids = [line for line in suite("--collect-only", "-q").stdout.lines if "::" in line]

    assert "test_cells.py::test_weights_survive[one-mean-savedmodel-serving]" in ids
    assert "test_cells.py::test_optimizer_survives[one-mean-savedmodel-bare]" in ids
    assert "test_cells.py::test_optimizer_survives[one-mean-savedmodel-serving]" not in ids
    assert 3 * (3 + 3 + 2) == len(ids)


def test_a_run_as_known_is_told_by_format_with_what_took_longest(suite):
    result = suite()

    assert 0 == result.ret
    result.assert_outcomes(passed=12, xfailed=6)
    said = result.stdout.str()
    assert "6 not reached" in result.stdout.lines[-1]
    assert "9 cells as known" in said
    result.stdout.fnmatch_lines(
        [
            "*= round trips =*",
            "9 cells as known",
            "",
            "format      loader   loaded  lost, as known (cells)  otherwise (cells)",
            "savedmodel  bare     3 of 3  optimizer 3",
            "savedmodel  serving  3 of 3",
            "dot_keras   code     0 of 3  loading 3",
            "",
            "not asked for: * aspects that the format of a cell does not promise (*)",
            "not reached: all aspects of 3 cells that did not load",
            "",
            "stage    seconds  slowest",
            "train         60  20.0 one-mean, 20.0 six-mean, 20.0 two-mean",
            "save           6  1.0 one-mean-dot_keras, *",
            "results: .harness/results.jsonl; as a table: python -m harness formats; "
            "as pages: python -m harness report .harness/results.jsonl --out site",
        ]
    )


def test_what_is_other_than_known_stands_first_with_its_reason(suite, monkeypatch):
    monkeypatch.setenv("NEW", "two-mean")
    result = suite()

    assert 1 == result.ret
    result.stdout.fnmatch_lines(
        [
            "*= round trips =*",
            "1 cell of 9 otherwise than known:",
            "  two-mean-savedmodel-bare: weights: weights?'dense/kernel'?: 1 of 2 values differ",
            "savedmodel  bare     3 of 3  optimizer 3             weights 1",
            "FAILED test_cells.py::test_weights_survive?two-mean-savedmodel-bare? - Failed: two-mean-savedmodel-b*",
        ]
    )


def test_cells_have_no_letters_and_a_line_as_soon_as_one_fails(suite, monkeypatch):
    monkeypatch.setenv("NEW", "two-mean")
    lines = suite("--tb=no").stdout.lines
    letters = [line for line in lines if line.startswith("test_cells.py ")]

    assert [["test_cells.py"], ["test_cells.py", "[100%]"]] == [line.split() for line in letters]
    failed, _ = [line for line in lines if line.startswith("FAILED ")]
    assert failed.startswith("FAILED test_cells.py::test_weights_survive[two-mean-savedmodel-bare] - Failed: two-mean-")
    assert lines.index(letters[0]) < lines.index(failed) < lines.index(letters[1])


def test_quiet_and_verbose_are_pytest_s_own(suite):
    quiet, verbose = suite("-q").stdout.str(), suite("-v").stdout.str()

    assert quiet.startswith("..x..x..x..x..x..x ")
    assert "= round trips =" not in quiet
    assert (12, 6, 6) == tuple(verbose.count(word) for word in (" PASSED ", " XFAIL ", " NOT REACHED "))
    assert "= round trips =" in verbose


def test_echoes_are_no_skips_but_known_by_their_reason_in_junit(suite):
    result = suite("-rs", "--junitxml=junit.xml")

    assert "SKIPPED" not in result.stdout.str()
    tests = {f"{each.get('name')}": each for each in xml.parse("junit.xml").iter("testcase")}
    echo = tests["test_weights_survive[one-mean-dot_keras-code]"].find("skipped")
    assert "did not load; see test_it_loads" == echo.get("message")
    known = tests["test_it_loads[one-mean-dot_keras-code]"].find("skipped")
    assert ("pytest.xfail", "known: https://example.org/2") == (known.get("type"), known.get("message"))


def test_junit_has_what_a_test_is_about_and_how_long_its_cell_took(suite):
    suite("--junitxml=junit.xml")
    tests = {each.get("name"): each for each in xml.parse("junit.xml").iter("testcase")}

    def told(name):
        return [(each.get("name"), each.get("value")) for each in tests[name].iter("property")]

    about = told("test_optimizer_survives[one-mean-savedmodel-bare]")
    assert [("cell", "one-mean-savedmodel-bare"), ("recipe", "one-mean"), ("format", "savedmodel")] == about[:3]
    assert {("loader", "bare"), ("aspect", "optimizer"), ("outcome", "known"), ("link", "https://example.org/1")} <= {
        *about
    }
    assert ("cause", "forgotten_argument") in about
    assert ("outcome", "not reached") in told("test_weights_survive[one-mean-dot_keras-code]")
    loading = told("test_it_loads[one-mean-savedmodel-bare]")
    assert ("seconds.train", "20.000") in loading
    assert "aspect" not in dict(loading)
    times = {name: round(float(each.get("time"))) for name, each in tests.items()}
    assert 26 == times["test_it_loads[one-mean-savedmodel-bare]"]
    assert 6 == times["test_it_loads[one-mean-savedmodel-serving]"]
    assert 0 == times["test_weights_survive[one-mean-savedmodel-bare]"]


def test_whoever_waits_is_told_how_far_it_is_by_lines_where_there_is_no_terminal(suite, monkeypatch, pytester):
    monkeypatch.setenv("LOOKS", "2")
    with (pytester.path / "conftest.py").open("a") as file:
        file.write("\nfrom harness.report import progress\nprogress.LINE = progress.LOOK = 0\n")
    result = suite()

    assert "[1/9] 0:00, about 0 s left; train one-mean" in result.stdout.lines
    assert "[1/9]" not in suite("-q").stdout.str()


def test_shards_divide_the_cells_and_say_which_they_are(suite, pytester):
    seen, wholes = Counter(), set()
    for shard in ("1/2", "2/2"):
        suite(f"--shard={shard}")
        run, lines = results(pytester.path)
        assert shard == run["shard"]
        assert [each["case"] for each in lines] == run["intended"]
        seen.update(run["intended"])
        wholes.add(run["whole"])

    assert 9 == len(seen) == sum(seen.values())
    assert 1 == len(wholes)
    refused = suite("--shard=3/2")
    assert 2 == refused.ret
    assert "--shard 3/2: expected NUMBER/COUNT" in refused.stdout.str() + refused.stderr.str()


def test_a_suite_of_no_cell_has_no_test(suite, pytester):
    (pytester.path / "mine_suite.py").write_text(SUITE.replace('("one", "two", "six")', "()"))

    assert 5 == suite().ret


@needs_xdist
def test_with_xdist_a_recipe_is_trained_once_and_a_cell_is_there_once(suite, pytester):
    result = suite("-n", "2", "--workers=5", "--hash-seed=7")

    assert 0 == result.ret
    result.assert_outcomes(passed=12, xfailed=6)
    trained = [line.split() for line in (pytester.path / "trained.txt").read_text().splitlines()]
    assert ["one-mean", "six-mean", "two-mean"] == sorted(recipe for _, recipe, _, _ in trained)
    assert {"gw0", "gw1"} == {worker for worker, _, _, _ in trained}
    assert {("2", "7")} == {(workers, seed) for _, _, workers, seed in trained}
    run, lines = results(pytester.path)
    assert 9 == len(lines) == len({each["case"] for each in lines}) == len(run["intended"])
    (folder,) = (pytester.path / ".harness" / "runs").iterdir()
    assert {"results.jsonl", "logs"} == {each.name for each in folder.iterdir()}
    result.stdout.fnmatch_lines(["9 cells as known", "savedmodel  bare     3 of 3  optimizer 3"])
    assert "6 not reached" in result.stdout.lines[-1]


@needs_xdist
@pytest.mark.parametrize("dist", ["loadfile", "loadscope", "loadgroup", "worksteal"])
def test_other_ways_to_hand_out_tests_train_a_recipe_once_too(suite, pytester, dist):
    assert 0 == suite("-n", "2", "--dist", dist).ret

    trained = [line.split()[1] for line in (pytester.path / "trained.txt").read_text().splitlines()]
    assert ["one-mean", "six-mean", "two-mean"] == sorted(trained)
    assert 9 == len(results(pytester.path)[1])


@needs_xdist
def test_a_way_to_hand_out_tests_that_trains_every_recipe_everywhere_is_refused(suite):
    result = suite("-n", "2", "--dist", "each")

    assert 2 == result.ret
    assert "--dist each: every worker would train every cell; expected" in result.stdout.str() + result.stderr.str()


@needs_xdist
def test_junit_of_workers_has_the_same_ids_and_properties(suite):
    def names():
        found = xml.parse("junit.xml").iter("testcase")
        return {each.get("name"): sorted(p.get("name") for p in each.iter("property")) for each in found}

    suite("--junitxml=junit.xml")
    alone = names()
    suite("--junitxml=junit.xml", "-n", "2")
    assert alone == names()


@needs_xdist
def test_what_ends_a_worker_ends_the_run_with_its_sentence_and_its_exit_code(suite, monkeypatch):
    monkeypatch.setenv("FULL", "1")
    for option in ("--workers=1", "-n2"):
        result = suite(option)

        assert 3 == result.ret
        assert " the disk is full !" in result.stdout.str()
        assert "INTERNALERROR" not in result.stdout.str()


@needs_xdist
def test_a_worker_without_a_suite_says_so(suite, pytester):
    (pytester.path / "mine_suite.py").unlink()
    result = suite("-n2")

    assert 2 == result.ret
    assert "--suite mine_suite:SUITE: expected module:name of a Suite" in result.stdout.str() + result.stderr.str()


def test_two_runs_at_once_leave_results_and_logs_of_their_own(suite, pytester):
    suite("--collect-only")  # what pytest itself caches is there
    command = [sys.executable, "-m", "pytest", *OPTIONS, "-q"]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
    both = [subprocess.Popen([*command, "-k", name], **pipes) for name in ("one", "two or six")]
    said = [each.communicate()[0] for each in both]

    assert [0, 0] == [each.returncode for each in both], said
    files = sorted((pytester.path / ".harness" / "runs").glob("*/results.jsonl"), key=lambda path: path.stat().st_size)
    assert [3, 6] == [len(Results(path).read().results) for path in files]
    assert [(), ()] == [Results(path).read().missing for path in files]
    assert len(results(pytester.path)[1]) in (3, 6)


def test_a_second_run_that_names_the_same_file_is_refused_and_the_first_loses_nothing(suite, pytester):
    with ResultsFile.new(pytester.path / "mine.jsonl", HEADER) as first:
        result = suite("--results=mine.jsonl")
        assert 2 == result.ret
        assert "mine.jsonl: another run writes its results there" in result.stdout.str() + result.stderr.str()
        first.append(result_of("one", "export", "serving"))

    assert 1 == len(Results(first.path).read().results)
    assert 0 == suite("--results=mine.jsonl").ret
    assert 9 == len(Results(first.path).read().results)


def test_results_that_were_named_have_no_other_name(suite, pytester):
    result = suite("--results=mine.jsonl")

    assert (
        "results: mine.jsonl; as a table: python -m harness formats --results mine.jsonl; as pages"
        in result.stdout.str()
    )
    assert not (pytester.path / ".harness" / "results.jsonl").exists()
    assert (pytester.path / ".harness" / "latest" / "logs").is_dir()


@needs_xdist
def test_workers_name_results_too(suite, pytester):
    assert 0 == suite("-n2", "--results=mine.jsonl").ret
    assert 9 == len(Results(pytester.path / "mine.jsonl").read().results)
    assert ["mine.jsonl"] == [each.name for each in pytester.path.glob("mine*") if each.suffix != ".py"]


def test_a_run_without_a_cell_leaves_nothing(suite, pytester):
    (pytester.path / "test_cells.py").write_text("def test_it(): pass")

    assert 0 == suite().ret
    assert not (pytester.path / ".harness").exists()


def test_no_id_of_a_test_names_its_worker(suite):
    assert not re.search("@", suite("--collect-only", "-q").stdout.str())
