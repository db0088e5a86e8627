"""Bad input: one sentence, an exit code, no traceback; through the command line and through pytest."""

from __future__ import annotations

import subprocess
import sys

import pytest

from harness.entry.cli import main
from harness.environment import Environment

needs_tensorflow = pytest.mark.skipif("tensorflow" not in Environment().versions, reason="TensorFlow is not installed")


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["run", "--only", "head=no"], 2, "head has no value 'no'; expected one of mean_pool, "),
        (["run", "--only", "colour=red"], 2, "there is no axis 'colour'; expected one of backbone, "),
        (["run", "--matrix", "no"], 2, "--matrix no: there is no such matrix; expected one of default, each, "),
        (["run", "--matrix", "full"], 2, "--matrix full: more than 2000 cells, and days of work; select some "),
        (["run", "--workers", "0"], 2, "--workers 0: expected 1 or more"),
        (["run", "--seconds", "-1"], 2, "--seconds -1: expected more than 0"),
        (["run", "--checkpoint", "./no-such-folder"], 2, "checkpoint ./no-such-folder: expected a directory"),
        (["run", "--suite", "nothing:SUITE"], 2, "--suite nothing:SUITE: expected module:name of a Suite"),
        (["list", "no-such-cell"], 2, "no cell is selected; `python -m harness list` shows what there is"),
        (["formats", "--results", "no-such-file"], 2, "no-such-file: no results there; run pytest cases first"),
        (["run", "--results", "/proc/none/results.jsonl"], 3, "/proc/none/results.jsonl: results cannot be written"),
    ],
)
def test_bad_input_is_one_sentence(capsys, arguments, code, message):
    assert code == main(arguments)
    output, error = capsys.readouterr()

    assert "" == output
    assert error.startswith("harness: ")
    assert message in error
    assert 1 == error.count("\n")


@pytest.mark.parametrize("versions", [{}, {"tensorflow": "2.21.0"}])
def test_an_environment_without_what_it_takes_is_one_sentence(capsys, monkeypatch, versions):
    monkeypatch.setattr("harness.entry.cli.environment_of", lambda options: Environment(versions))

    assert 3 == main(["run", "example_functional-savedmodel-bare"])
    assert 1 == capsys.readouterr().err.count("\n")


def test_cells_are_listed_by_pattern(capsys):
    assert 0 == main(["list", "example_f*-savedmodel-*"])
    assert 5 == len(capsys.readouterr().out.split())


def test_help_shows_examples(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])

    assert "examples:\n  python -m harness run" in capsys.readouterr().out


def through_pytest(*arguments):
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "cases", *arguments]
    return subprocess.run(command, capture_output=True, text=True)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--only", "head=no"], "head has no value 'no'; expected one of mean_pool, "),
        (["--checkpoint", "./no-such-folder"], "checkpoint ./no-such-folder: expected a directory"),
        (["--matrix", "no"], "--matrix no: there is no such matrix; expected one of default, each, "),
        (["--matrix", "full"], "--matrix full: more than 2000 cells, and days of work; select some "),
        (["--workers", "0"], "--workers 0: expected 1 or more"),
    ],
)
def test_pytest_refuses_bad_input_alike(arguments, message):
    result = through_pytest(*arguments)

    assert 2 == result.returncode
    assert message in result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr


@needs_tensorflow
@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--records", "/proc/none"], "--records /proc/none: cannot be written"),
        (["--results", "/proc/none/r.jsonl"], "/proc/none/r.jsonl: results cannot be written"),
    ],
)
def test_pytest_ends_at_what_is_not_there(arguments, message):
    result = through_pytest("--only", "example=example_functional,loader=bare", *arguments)

    assert 3 == result.returncode
    assert message in result.stdout + result.stderr
    assert "Traceback" not in result.stdout + result.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["cross", "--from", "tf99", "--to", "tf221"],
        ["cross", "--from", "tf221", "--to", "tf221,tf99"],
        ["bisect", "--case", "x", "--package", "transformers", "--on", "tf99"],
        ["environments", "--make", "tf99"],
        ["known-failures", "--row", "tf99"],
        ["run", "--row", "tf99", "example_functional-savedmodel-bare"],
    ],
)
def test_an_unknown_row_is_one_sentence(capsys, arguments):
    assert 3 == main(arguments)
    said = capsys.readouterr().err
    assert said.startswith("harness: there is no row 'tf99' in environments.toml; it has tf25, tf26, ")
    assert 1 == said.count("\n")


def test_pytest_refuses_an_environment_that_is_not_the_row():
    for row, message in (("tf99", "there is no row 'tf99'"), ("tf25", "--row tf25: ")):
        result = through_pytest("--row", row)

        assert 3 == result.returncode
        assert message in result.stdout + result.stderr
        assert "Traceback" not in result.stdout + result.stderr


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["bisect", "--case", "x", "--package", "p", "--on", "tf25,tf26"], "--on tf25,tf26: expected one row"),
        (["bisect", "--case", "x", "--package", "p", "--on", "tf25", "--limit", "1"], "--limit 1: expected 2 or more"),
        (["cross", "--from", "tf25", "--to", "tf25", "no-such-cell"], "no cell is selected"),
    ],
)
def test_what_cross_and_bisect_cannot_use_is_one_sentence(capsys, arguments, message):
    assert 2 == main(arguments)
    assert message in capsys.readouterr().err
