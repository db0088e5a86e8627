"""The command `run`, by a run that knows every verdict: a line for each cell, the summary, results, shards, colours."""

from __future__ import annotations

import json

import pytest
from verdict_of import verdict_of

from harness.driver.plans import cases_of
from harness.driver.run import Now
from harness.entry.command_line import main
from harness.environment import Environment
from harness.verdict import Difference, Mend, Mended, Verdict

SUITE = """
from harness.nouns import Case, Recipe
from harness.suite.known_failures import KnownFailure
from harness.suite.suite import Suite

cells = lambda selection: [Case(Recipe(name, "mine"), "savedmodel", "bare") for name in ("kept", "known", "lost", "no")]
KNOWN = (KnownFailure("known-savedmodel-bare", "optimizer", ("0, but should be 4",), "link"),)
SUITE = Suite({}, {"default": cells}, KNOWN, str, str)
"""
LOST = {
    "kept-savedmodel-bare": (),
    "known-savedmodel-bare": (Difference("optimizer", "iteration", "0, but should be 4"),),
    "lost-savedmodel-bare": (Difference("weights", "kernel", "1 of 2 values differ"),),
}


class PlayedRun:
    now, notices = Now(0, 4), ()

    def __init__(self, plans, environment, settings):
        self.cases = [case for plan in plans for case in cases_of(plan)]
        self.mends = any(plan.mends for plan in plans)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def wait(self, case, seconds):
        return True

    def __getitem__(self, case):
        if case.id not in LOST:
            mended = (Mended(Mend("uncompiled", ("uncompiled",), compiled=False), "bare"),) if self.mends else ()
            return Verdict(case, stage="save", failure="ValueError: no", seconds={"train": 4.0}, mended=mended)
        return verdict_of(case, *LOST[case.id], seconds={"train": 4.0, "save": 1.0})


@pytest.fixture
def run(tmp_path, monkeypatch, capsys):
    """Run cells of a suite that is made up; returns the exit code, and what was printed."""
    (tmp_path / "played_suite.py").write_text(SUITE)
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    monkeypatch.delenv("FORCE_COLOR", raising=False)
    monkeypatch.setattr("harness.entry.machines.Run", PlayedRun)
    here = Environment({"tensorflow": "2.15.0", "keras": "2.15.0", "python": "3.11"})
    monkeypatch.setattr("harness.entry.machines.environment", lambda options: here)

    def command(*arguments):
        code = main(["run", "--suite=played_suite:SUITE", *arguments])
        return code, capsys.readouterr().out

    return command


@pytest.mark.parametrize(("asked", "told"), [((), 0), (("--mends",), 1)])
def test_mends_are_tried_where_that_is_asked_for(run, asked, told):
    _, out = run(*asked)

    assert told == out.splitlines().count("  tried: compile=False: loads, keeps everything")


def test_there_is_a_line_for_each_cell_and_the_summary(run):
    code, out = run("--hash-seed=7")

    assert 1 == code
    assert [
        "[1/4] ok     kept-savedmodel-bare",
        "[2/4] known  known-savedmodel-bare  (optimizer known to fail)",
        "[3/4] FAILED lost-savedmodel-bare",
    ] == out.splitlines()[:3]
    assert (
        "  reproduce: python -m harness run --suite=played_suite:SUITE --matrix=default --keras=2 --hash-seed=7 "
        "lost-savedmodel-bare"
    ) in out.splitlines()
    assert "\n2 cells of 4 otherwise than known:\n  lost-savedmodel-bare: weights: weights['kernel']: 1 of 2 " in out
    assert "\nsavedmodel  bare    3 of 4  optimizer 1             weights 1, loading 1\n" in out
    assert out.endswith(
        "2 cells as expected, 2 not; results: .harness/results.jsonl; as a table: python -m harness formats; "
        "as pages: python -m harness report .harness/results.jsonl --out site\n"
    )


def test_the_word_for_a_cell_has_a_colour_where_colours_are_wanted(run, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    _, out = run()

    assert "[1/4] \x1b[32mok    \x1b[0m kept" in out
    assert "[2/4] \x1b[33mknown \x1b[0m known" in out
    assert "[3/4] \x1b[31mFAILED\x1b[0m lost" in out


def test_shards_are_parts_of_one_run(run, tmp_path):
    headers = []
    for shard in ("1/2", "2/2"):
        run("--shard", shard)
        headers.append(json.loads((tmp_path / ".harness" / "results.jsonl").read_text().splitlines()[0])["run"])

    assert ["1/2", "2/2"] == [each["shard"] for each in headers]
    assert 2 == len(list((tmp_path / ".harness" / "runs").glob("*/results.jsonl")))
    assert 4 == len({id for each in headers for id in each["intended"]}) == sum(len(h["intended"]) for h in headers)
    assert 1 == len({each["whole"] for each in headers})


def test_a_shard_that_there_is_not_is_one_sentence(run, capsys):
    assert 2 == main(["run", "--suite=played_suite:SUITE", "--shard=0/2"])
    assert capsys.readouterr().err.startswith("harness: --shard 0/2: expected NUMBER/COUNT")
