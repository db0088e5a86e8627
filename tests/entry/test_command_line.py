"""Bad input: one sentence, an exit code, no traceback; through the command line and through pytest."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from harness import __main__
from harness.entry.asked import Output, Wanted
from harness.entry.command_line import main
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
        *(
            (["check", "x.py", f"--seconds={value}"], 2, f"--seconds {value}: expected more than 0, and at most 604800")
            for value in ("0", "-5", "inf", "nan", "1e+10")
        ),
        (["run", "--checkpoint", "./no-such-folder"], 2, "checkpoint ./no-such-folder: expected a directory"),
        (
            ["run", "--checkpoint", "random:huge"],
            2,
            "checkpoint random:huge: there is no such size; expected base or large",
        ),
        (
            ["run", "--size", "base", "--checkpoint", "a-hub-id"],
            2,
            "--size base, --checkpoint a-hub-id: expected one of",
        ),
        (["run", "--suite", "nothing:SUITE"], 2, "--suite nothing:SUITE: expected module:name of a Suite"),
        (["list", "no-such-cell"], 2, "no cell is selected; `python -m harness list` shows what there is"),
        (["formats", "--results", "no-such-file"], 2, "no-such-file: no results there; run pytest cases first"),
        pytest.param(
            ["run", "--results", "/proc/none/results.jsonl"],
            3,
            "/proc/none/results.jsonl: results cannot be written",
            marks=needs_tensorflow,
        ),
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
    monkeypatch.setattr("harness.entry.machines.environment", lambda options: Environment(versions))

    assert 3 == main(["run", "example_functional-savedmodel-bare"])
    assert 1 == capsys.readouterr().err.count("\n")


@pytest.mark.parametrize(
    "arguments",
    [
        ["check", "--format", "whole_h5,dot_keras", "--loader", "bare", "--require", "weights", "mine.py"],
        ["check", "mine.py", "--format=whole_h5", "--format=dot_keras", "--loader=bare", "--require=weights"],
    ],
)
def test_names_have_commas_between_or_come_one_by_one_and_the_module_stands_anywhere(monkeypatch, tmp_path, arguments):
    (tmp_path / "mine.py").write_text("def build(): ...\ndef data(): ...\n")
    monkeypatch.chdir(tmp_path)
    asked = []
    monkeypatch.setattr("harness.entry.commands.check.run_check", lambda *given, **how: asked.append(given) or "")

    assert 1 == main(arguments)
    ((_, wanted, _, _),) = asked
    assert Wanted(("whole_h5", "dot_keras"), ("bare",), ("weights",)) == wanted


def test_whoever_reads_no_further_sees_no_traceback():
    command = f"{sys.executable} -m harness list --matrix=full | head -n 1"
    done = subprocess.run(["sh", "-c", command], capture_output=True, text=True)

    assert "" == done.stderr
    assert 1 == done.stdout.count("\n")


def test_a_fault_of_the_harness_is_told_from_a_difference(capsys, monkeypatch):
    monkeypatch.setattr("harness.entry.commands.matrix.suite_of", lambda options: 1 / 0)

    assert 3 == main(["matrix"])
    said = capsys.readouterr().err
    assert said.startswith("Traceback")
    assert said.endswith(
        "harness: ZeroDivisionError is a fault of the harness itself; please report it with the lines above\n"
    )


def test_what_a_terminal_cannot_show_is_shown_otherwise():
    code = "from harness.entry.command_line import main; main(['list', 'x']); print('na\\u00efve')"
    environment = {**os.environ, "PYTHONIOENCODING": "ascii"}
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=environment)

    assert "na\\xefve\n" == done.stdout


@pytest.mark.parametrize("command", ["list", "run", "matrix", "known-failures"])
def test_away_from_a_suite_one_sentence_says_how_to_name_one(capsys, monkeypatch, tmp_path, command):
    monkeypatch.chdir(tmp_path)
    sentence = (
        "harness: this needs a suite of cells, and none is named here: give --suite MODULE:NAME, or write "
        '[tool.harness] suite = "MODULE:NAME" in pyproject.toml\n'
    )
    for page in ("", "[tool.other]", "no toml ["):
        (tmp_path / "pyproject.toml").write_text(page)

        assert 2 == main([command])
        assert sentence == capsys.readouterr().err


def test_the_suite_is_what_pyproject_names(capsys, monkeypatch, tmp_path):
    (tmp_path / "pyproject.toml").write_text('[tool.harness]\nsuite = "of_this_folder:ALL"')
    (tmp_path / "of_this_folder.py").write_text(
        "from harness.nouns import Case, Recipe\nfrom harness.suite.suite import Suite\n"
        "cells = lambda selection: [Case(Recipe('mine', 'mine'), 'whole_h5', 'bare')]\n"
        "ALL = Suite({}, {'default': cells}, (), str, str)\n"
    )
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(sys, "path", [*sys.path])

    assert 0 == main(["list"])
    assert "mine-whole_h5-bare\n" == capsys.readouterr().out
    assert 2 == main(["list", "--suite", "cases.nothing:SUITE"])
    (tmp_path / "pyproject.toml").write_text("[tool.harness]\nsuite = 1")
    assert 2 == main(["list"])
    assert '[tool.harness] suite: expected "MODULE:NAME". Received: 1' in capsys.readouterr().err


def test_cells_are_listed_by_pattern(capsys):
    assert 0 == main(["list", "example_f*-savedmodel-*"])
    assert 5 == len(capsys.readouterr().out.split())


def test_help_shows_examples(capsys):
    with pytest.raises(SystemExit, match="0"):
        main(["--help"])

    assert "examples:\n  python -m harness check" in capsys.readouterr().out


def test_help_of_check_says_what_its_exit_code_means(capsys, monkeypatch):
    monkeypatch.setenv("COLUMNS", "110")
    with pytest.raises(SystemExit, match="0"):
        main(["check", "--help"])

    said = capsys.readouterr().out
    assert "any of them is enough. --require-ways says it otherwise.\n" in said
    assert max(map(len, said.splitlines())) <= 120


@pytest.mark.parametrize(("options", "ways"), [([], ""), (["--require-ways", "any"], "any")])
def test_how_many_ways_must_keep_it_is_an_option(monkeypatch, tmp_path, options, ways):
    (tmp_path / "mine.py").write_text("def build(): ...\ndef data(): ...\n")
    asked = []
    monkeypatch.setattr("harness.entry.commands.check.run_check", lambda *given, **how: asked.append(given) or "")

    assert 1 == main(["check", *options, str(tmp_path / "mine.py")])
    assert ways == asked[0][1].ways


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


@pytest.mark.parametrize("arguments", [["--roundtrip-seconds=0"], ["--roundtrip-workers=0"], ["--roundtrip-keras=4"]])
def test_an_option_of_the_fixture_is_refused_where_it_is_given(arguments):
    result = through_pytest(*arguments)

    assert 4 == result.returncode
    assert f"error: argument {arguments[0].partition('=')[0]}: " in result.stderr
    assert "Traceback" not in result.stderr


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


def test_ctrl_c_before_the_command_has_begun_is_one_line(monkeypatch, capsys):
    def interrupted():
        raise KeyboardInterrupt

    monkeypatch.setattr("harness.entry.command_line.main", interrupted)

    assert 3 == __main__.main()
    assert "harness: stopped\n" == capsys.readouterr().err


def test_what_a_check_leaves_are_options(monkeypatch, tmp_path):
    (tmp_path / "mine.py").write_text("def build(): ...\ndef data(): ...\n")
    monkeypatch.chdir(tmp_path)
    left = []
    monkeypatch.setattr("harness.entry.commands.check.run_check", lambda *_, output, **how: left.append(output) or "")
    main(["check", "mine.py"])
    main(["check", "mine.py", "--results", "r.jsonl", "--records", "kept"])
    main(["check", "mine.py", "--baseline", "b.toml", "--update-baseline"])

    kept = Output(Path("r.jsonl"), tmp_path / "kept")
    assert [Output(), kept, Output(baseline=Path("b.toml"), update=True)] == left
    assert (tmp_path / "kept").is_dir()


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_and_sigterm_are_one_sentence(number):
    script = """
import argparse, signal, time
from harness.entry import command_line
signal.signal(signal.SIGINT, signal.default_int_handler)  # which whoever starts a process in the background ignores
parser = argparse.ArgumentParser()
def command(options):
    try:
        print("at work", flush=True)
        time.sleep(60)
    finally:
        print("cleared up", flush=True)
parser.set_defaults(command=command)
command_line._parser = lambda: parser
raise SystemExit(command_line.main([]))
"""
    process = subprocess.Popen(
        [sys.executable, "-c", script], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    assert "at work\n" == process.stdout.readline()
    process.send_signal(number)

    assert ("cleared up\n", "harness: stopped\n") == process.communicate(timeout=30)
    assert 3 == process.returncode
