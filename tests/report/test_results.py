"""results.jsonl: the run and every cell by the documented schema, and back again as they were."""

from __future__ import annotations

import json
import subprocess
from dataclasses import fields, replace
from pathlib import Path

import pytest
from results_of import HEADER, result_of, written
from verdict_of import verdict_of

import harness
from harness.environment import Environment
from harness.nouns import ASPECTS, LOADERS, STAGES, Case, HarnessError, InfrastructureError, Recipe
from harness.report.header import Header
from harness.report.result import Result
from harness.report.results import Results
from harness.report.verdict_json import SCHEMA, from_json, to_json
from harness.suite.expectations import FAILED, KNOWN, PASSED, SKIPPED, Outcome
from harness.verdict import Difference, Mend, Mended, Unseen

CASE = Case(Recipe("mean_pool-focal", ""), "savedmodel", "library")
PATH = Path(harness.__file__).parent / "report" / "results.schema.json"
VERDICTS = [
    verdict_of(CASE),
    verdict_of(
        CASE,
        Difference("weights", "a", "missing after reload"),
        Difference("colour", "hue", "an aspect that the harness does not know"),
        unseen={"config": Unseen("no get_config", before=False), "compile": Unseen("TypeError: no", raised=True)},
        versions={"tensorflow": "2.21.0"},
        seconds={"reload": 0.3},
        size=7,
        record="records/a",
    ),
    replace(
        verdict_of(CASE),
        findings={"resave": verdict_of(CASE, Difference("resave", "", "no", "load 2")).findings["resave"]},
    ),
    verdict_of(
        CASE,
        Difference("weights", "a", "missing after reload"),
        mended=(
            Mended(Mend("by_name", ("unregistered",), ("mine:Pool",)), "code", "", ("weights",), ("names",)),
            Mended(Mend("policy", ("global_policy",), policy="mixed_float16"), "bare", "ValueError: no"),
        ),
    ),
    verdict_of(CASE, stage="reload", failure="two\nlines\u2028and \ud800", log="x.log", suits=False),
]
OUTCOMES = {
    "loading": Outcome(PASSED),
    "weights": Outcome(KNOWN, "known: link", ("link",)),
    "names": Outcome(SKIPPED, "no promise"),
    "losses": Outcome(FAILED, "two\nlines"),
}
EVERY = pytest.mark.parametrize("verdict", VERDICTS, ids=["kept", "lost", "resaved", "mended", "stopped"])


@pytest.fixture
def schema():
    """A function that holds a line to the schema."""
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed: tox installs it")
    schema = json.loads(PATH.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)

    def is_valid(line):
        return jsonschema.Draft202012Validator(schema).is_valid(json.loads(json.dumps(line)))

    return is_valid


@EVERY
def test_a_run_is_read_back_as_it_was(verdict, tmp_path):
    result = Result(verdict, OUTCOMES, "my_model.py")
    read = written(tmp_path / "deep" / "results.jsonl", result).read()

    assert (HEADER, (result,), [verdict]) == (read.header, read.results, read.verdicts)


@EVERY
def test_a_line_is_as_the_schema_says(verdict, schema):
    line = Result(verdict, OUTCOMES, "my_model.py").to_json()

    assert schema(line)
    assert not schema({**line, "aspects": {}})
    assert not schema({**line, "outcomes": {"weights": {"outcome": "xfailed", "why": "", "links": []}}})


def test_the_first_line_is_as_the_schema_says(tmp_path, schema):
    line = json.loads(written(tmp_path / "results.jsonl").path.read_text())

    assert schema(line)
    assert not schema({**line, "run": {**line["run"], "shard": "0/4"}})
    assert not schema({**line, "case": "a"})


def test_the_schema_has_the_words_of_the_code():
    defined = json.loads(PATH.read_text())["$defs"]
    cell, header, outcome = (defined[name]["properties"] for name in ("cell", "header", "outcome"))

    assert SCHEMA == cell["schema"]["const"] == header["schema"]["const"]
    assert list(LOADERS) == cell["loader"]["enum"]
    assert ["", *STAGES] == cell["stage"]["enum"]
    assert list(Result(VERDICTS[0]).to_json()) == list(cell)
    assert [each.name for each in fields(Header)] == list(header["run"]["properties"])
    assert [PASSED, SKIPPED, KNOWN, FAILED] == outcome["outcome"]["enum"]


def test_a_stopped_line_reached_no_aspect():
    assert {} == to_json(VERDICTS[-1])["findings"]
    assert list(ASPECTS) == list(to_json(VERDICTS[0])["findings"])


def test_cells_without_a_result_tell_that_the_run_broke_off(tmp_path):
    one, other = result_of("a", "savedmodel", "bare"), result_of("b", "savedmodel", "bare", model="my_model.py")
    results = written(tmp_path / "results.jsonl", one, intended=(one, other))
    assert ("b-savedmodel-bare of my_model.py",) == results.read().missing

    assert () == written(tmp_path / "results.jsonl", one, other, intended=(one, other)).read().missing


def test_cells_of_models_that_have_one_id_are_two_and_of_one_cell_the_later_result_counts(tmp_path):
    one, other = (result_of("model", "own", "code", model=each) for each in ("a/model.py", "b/model.py"))
    later = replace(one, outcomes=OUTCOMES)

    assert (later, other) == written(tmp_path / "results.jsonl", one, other, later).read().results


def test_a_run_says_which_it_was(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    here = Environment({"tensorflow": "2.21.0", "tf-keras": "2.21.0", "keras": "3.15.0", "python": "3.11.7"})
    whole = Header.of_a_run(here, ["a", "b"], 7, "tf221", "default")
    first, second = (
        Header.of_a_run(here, [name], 7, shard=shard, all_shards=names)
        for name, shard, names in (("a", "1/2", ["a", "b"]), ("b", "2/2", ["b", "a"]))
    )
    other = Header.of_a_run(here, ["a"], 7, shard="1/2", all_shards=["a", "c"])

    assert ("", "tf221", "default", "2", 7, ("a", "b")) == (
        *(whole.commit, whole.row, whole.matrix, whole.keras, whole.hash_seed, whole.intended),
    )
    assert {"tensorflow", "tf-keras", "python"} == set(whole.versions)
    assert whole.started.endswith("+00:00")
    assert "" == whole.whole != first.whole == second.whole != other.whole


def test_a_run_in_a_repository_says_its_commit(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    here = Environment({"tensorflow": "2.21.0"})
    named = ("-c", "user.name=a", "-c", "user.email=a@b")
    subprocess.run(("git", "init", "--quiet"), check=True)
    assert "" == Header.of_a_run(here, [], 1).commit

    subprocess.run(("git", *named, "commit", "--quiet", "--allow-empty", "-m", "first"), check=True)
    said = subprocess.run(("git", "log", "--format=%H"), check=True, capture_output=True, text=True).stdout
    assert said.strip() == Header.of_a_run(here, [], 1).commit

    monkeypatch.setenv("PATH", str(tmp_path))
    assert "" == Header.of_a_run(here, [], 1).commit


def test_missing_results_are_one_sentence(tmp_path):
    with pytest.raises(HarnessError, match="no results there; run pytest cases first, or check with --results"):
        Results(tmp_path / "none.jsonl").read()


def test_results_that_cannot_be_written_are_one_sentence(tmp_path):
    (tmp_path / "folder").mkdir()

    with pytest.raises(InfrastructureError, match=r"folder: results cannot be written there \(Is a directory\)"):
        written(tmp_path / "folder")


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "line 3 is no result of this harness (JSONDecodeError: "),
        ("[]", "line 3 is no result of this harness (AttributeError: "),
        ('{"schema": 1}', "line 3 is no result of this harness (ValueError: schema 1, expected 2)"),
        ('{"case": "a"}', "line 3 is no result of this harness (ValueError: schema 0, expected 2)"),
        ('{"schema": 2}', "line 3 is no result of this harness (KeyError: "),
        ('{"schema": 2, "run": {}}', "line 3 begins another run: two runs wrote here at once"),
    ],
)
def test_a_line_that_is_no_result_is_one_sentence(tmp_path, line, reason):
    results = written(tmp_path / "results.jsonl", Result(VERDICTS[0]))
    with results.path.open("a") as file:
        file.write(f"{line}\n{json.dumps(Result(VERDICTS[1]).to_json())}\n")

    with pytest.raises(HarnessError) as error:
        results.read()
    assert str(error.value).startswith(f"{results.path}: {reason}")


def test_the_cell_of_a_torn_last_line_is_missing(tmp_path):
    cells = result_of("a", "export", "serving"), result_of("b", "export", "serving")
    results = written(tmp_path / "results.jsonl", *cells, intended=cells)
    whole = results.path.read_text()
    results.path.write_text(whole[:-20])
    assert ("b-export-serving",) == results.read().missing
    assert ["a-export-serving"] == [each.name for each in results.read().results]

    results.path.write_text(whole[:-1])  # the end of the line alone is missing, and nothing of it
    assert 2 == len(results.read().results)


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("", "line 1 does not say which run this is (JSONDecodeError: "),
        ("[]", "line 1 does not say which run this is (AttributeError: "),
        ('{"schema": 2, "case": "a"}', "line 1 does not say which run this is (KeyError: "),
        ('{"schema": 2, "run": {"started": ""}}', "line 1 does not say which run this is (TypeError: "),
        ('{"schema": 1, "case": "a"}', "results of schema 1; this harness reads 2: run again"),
        ('{"case": "of an earlier harness"}', "results of schema 0; this harness reads 2: run again"),
    ],
)
def test_a_file_that_does_not_say_which_run_it_is_is_one_sentence(tmp_path, line, reason):
    (tmp_path / "results.jsonl").write_text(line)

    with pytest.raises(HarnessError) as error:
        Results(tmp_path / "results.jsonl").read()
    assert str(error.value).startswith(f"{tmp_path / 'results.jsonl'}: {reason}")


def test_a_verdict_of_another_schema_is_refused():
    with pytest.raises(ValueError, match="schema 1, expected 2"):
        from_json({**to_json(VERDICTS[0]), "schema": 1})
