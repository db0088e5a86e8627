"""results.jsonl: every verdict by the documented schema, and back again as it was."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from verdict_of import verdict_of

import harness
from harness.nouns import ASPECTS, LOADERS, STAGES, Case, Difference, HarnessError, Recipe, Unseen
from harness.report.results import Results
from harness.report.verdict_json import SCHEMA, from_json, to_json

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
    verdict_of(CASE, stage="reload", failure="two\nlines\u2028and \ud800", log="x.log", suits=False),
]


@pytest.mark.parametrize("verdict", VERDICTS, ids=["kept", "lost", "resaved", "stopped"])
def test_a_verdict_is_read_back_as_it_was(verdict, tmp_path):
    results = Results.new(tmp_path / "deep" / "results.jsonl")
    results.append(verdict)

    assert [verdict] == results.read()


@pytest.mark.parametrize("verdict", VERDICTS, ids=["kept", "lost", "resaved", "stopped"])
def test_a_line_is_as_the_schema_says(verdict):
    jsonschema = pytest.importorskip("jsonschema", reason="jsonschema is not installed: tox installs it")
    schema = json.loads(PATH.read_text())
    jsonschema.Draft202012Validator.check_schema(schema)

    jsonschema.validate(json.loads(json.dumps(to_json(verdict))), schema)
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate({**to_json(verdict), "aspects": {}}, schema)


def test_the_schema_has_the_words_of_the_code():
    properties = json.loads(PATH.read_text())["properties"]

    assert SCHEMA == properties["schema"]["const"]
    assert list(LOADERS) == properties["loader"]["enum"]
    assert ["", *STAGES] == properties["stage"]["enum"]
    assert list(to_json(VERDICTS[0])) == list(properties)


def test_a_stopped_line_reached_no_aspect():
    assert {} == to_json(VERDICTS[3])["findings"]
    assert list(ASPECTS) == list(to_json(VERDICTS[0])["findings"])


def test_missing_results_are_one_sentence(tmp_path):
    with pytest.raises(HarnessError, match="no results there; run pytest cases first"):
        Results(tmp_path / "none.jsonl").read()


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("{", "JSONDecodeError: "),
        ("[]", "AttributeError: "),
        ('{"schema": 2}', "ValueError: schema 2, expected 1"),
        ('{"case": "of an earlier harness"}', "ValueError: schema 0, expected 1"),
        ('{"schema": 1}', "KeyError: "),
    ],
)
def test_a_line_that_is_no_result_is_one_sentence(tmp_path, line, reason):
    (tmp_path / "results.jsonl").write_text(json.dumps(to_json(VERDICTS[0])) + "\n" + line)

    with pytest.raises(HarnessError, match=rf"results\.jsonl: line 2 is no result of this harness \({reason}"):
        Results(tmp_path / "results.jsonl").read()


def test_a_verdict_of_another_schema_is_refused():
    with pytest.raises(ValueError, match="schema 2, expected 1"):
        from_json({**to_json(VERDICTS[0]), "schema": 2})
