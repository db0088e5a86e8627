"""The commands about several environments, in a project that is not this one."""

from __future__ import annotations

import argparse

import pytest

from harness.entry.commands import bisect, cross, environments
from harness.entry.several import add_cells, cells_of
from harness.formats import find_format
from harness.nouns import BARE, CODE, HarnessError, InfrastructureError

TABLE = '[mine]\npython = "3.11"\nkeras = "2"\npackages = ["tensorflow==2.15.1"]\nwhy = "we have models of it"\n'
MODULE = "def build(): ...\ndef data(): ...\n"


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A folder with a table and a model, in which a person stands."""
    (tmp_path / "environments.toml").write_text(TABLE)
    (tmp_path / "my_model.py").write_text(MODULE)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(*arguments):
    parser = argparse.ArgumentParser()
    commands = parser.add_subparsers()
    for command in (environments, bisect, cross):
        command.add(commands)
    options = parser.parse_args(arguments)
    return options.command(options)


def cells(*arguments, patterns=()):
    parser = argparse.ArgumentParser()
    add_cells(parser)
    parser.set_defaults(cells=patterns)
    return [case.id for case in cells_of(parser.parse_args(arguments), "2")]


def test_the_rows_are_those_of_the_folder_in_which_one_stands(project, capsys):
    assert 0 == run("environments")
    out = capsys.readouterr().out
    assert (
        "mine           python 3.11, keras 2: tensorflow==2.15.1; there is no requirements/mine.txt, so nothing " in out
    )
    assert out.endswith("we have models of it\n")


def test_rows_are_listed_by_name(project, capsys):
    (project / "environments.toml").write_text(TABLE + TABLE.replace("mine", "other"))

    assert 0 == run("environments", "other")
    assert capsys.readouterr().out.startswith("other ")
    with pytest.raises(InfrastructureError, match=r"^there is no row 'third' in environments.toml; it has mine, oth"):
        run("environments", "third")


def test_another_table_has_its_requirement_files_beside_it(project, capsys, monkeypatch):
    (project / "requirements").mkdir()
    (project / "requirements" / "mine.txt").write_text("tensorflow==2.15.1\n")
    elsewhere = project / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)

    assert 0 == run("environments", "--table", "../environments.toml")
    assert "there is no" not in capsys.readouterr().out
    with pytest.raises(
        InfrastructureError, match=r"^environments.toml: cannot be read \(No such file or directory\); ex"
    ):
        run("environments")


def test_environments_are_made_and_what_cannot_be_made_is_one_sentence(project, capsys):
    (project / "environments.toml").write_text(TABLE.replace("3.11", "3.2"))

    assert 3 == run("environments", "--make", "all")
    out, error = capsys.readouterr()
    assert "" == out
    assert error.startswith("harness: mine needs Python 3.2, which is not on this machine; ")
    assert 1 == error.count("\n")


def test_the_cells_of_a_module_are_its_formats_by_every_loader_that_needs_no_library(project):
    arguments = ["--module", "my_model.py", "--format", "dot_keras,export"]
    keeps = find_format("dot_keras").keeps

    assert [f"my_model-dot_keras-{loader}" for loader in keeps if loader != "library"] == [
        each for each in cells(*arguments) if "dot_keras" in each
    ]
    assert ["my_model-dot_keras-bare"] == cells(*arguments, "--loader", f"{BARE},{CODE}", patterns=["*-bare"])


def test_packaging_code_of_ones_own_is_its_format(project):
    (project / "my_model.py").write_text(MODULE + "def save(model, path): ...\ndef load(path): ...\n")

    assert {"own"} == {id.split("-")[1] for id in cells("--module", "my_model.py")}


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--module", "my_model.py"], r"^--module my_model.py: expected --format, one or more of savedmodel, "),
        (["--module", "no.py"], r"^no.py: expected a Python file \(No such file or directory\)$"),
        (["--module", "my_model.py", "--format", "zip"], "^there is no format 'zip'; expected one of savedmodel, "),
        (
            ["--module", "my_model.py", "--format", "export", "--loader", "code"],
            "^no format that was asked for goes wi",
        ),
        (["--suite", "no_such_suite:SUITE"], r"^--suite no_such_suite:SUITE: expected module:name of a Suite \("),
        ([], "^expected --module FILE, a model of your own; or a suite of cells: --suite MODULE:NAME, or "),
    ],
)
def test_what_gives_no_cells_is_one_sentence(project, arguments, message):
    with pytest.raises(HarnessError, match=message):
        cells(*arguments)


def test_bisect_asks_for_cells(project):
    with pytest.raises(HarnessError, match=r"^expected --case CELL, or --module FILE$"):
        run("bisect", "--on", "mine", "--package", "keras")


def test_cross_keeps_records_where_it_is_told(project):
    (project / "file").touch()
    command = ["cross", "--from", "mine", "--to", "mine", "--module", "my_model.py", "--format", "export"]

    with pytest.raises(InfrastructureError, match=r"^--records file/x: cannot be written \(.+\); expected a writable "):
        run(*command, "--records", "file/x")
