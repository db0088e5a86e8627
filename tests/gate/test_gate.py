"""The gate: what became other, how it is told, and what cannot be held against anything."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest
from results_of import result_of, written

from harness.entry.command_line import main
from harness.gate.annotations import commands
from harness.gate.changes import KINDS, Change, changes
from harness.gate.merged import Merged, merged
from harness.gate.told import LIMIT, Told
from harness.nouns import HarnessError
from harness.observation import Clue
from harness.report.results import Results
from harness.suite.expectations import FAILED, PASSED, SKIPPED, Outcome
from harness.verdict import Difference, FirstToDiffer, Unseen

LOST = Difference("losses", "dense/kernel", "8 of 8 values differ; the worst is 0.4968 (off by 1.1e-03)")


def cell(*differences, recipe="a", format="dot_keras", **facts):
    return result_of(recipe, format, "bare", *differences, **facts)


def stops(stage, failure):
    return cell(stage=stage, failure=failure)


def side(*results, environment=""):
    return Merged({(environment, each.name): each for each in results}, {})


def found(now, base, share=0.2):
    return [(each.kind, each.about) for each in changes(side(*now), side(*base), share)]


KEEPS, LOSES = cell(), cell(LOST)
FIRST = FirstToDiffer("pool", "Pool", 1, True, "off by 2.6e-04", 3)


def with_verdict(result, **facts):
    return replace(result, verdict=replace(result.verdict, **facts))


@pytest.mark.parametrize(
    ("now", "base", "kinds"),
    [
        pytest.param(KEEPS, KEEPS, [], id="the same"),
        pytest.param(LOSES, LOSES, [], id="the same loss"),
        pytest.param(LOSES, KEEPS, [("lost", "losses")], id="lost"),
        pytest.param(KEEPS, LOSES, [("kept", "losses")], id="kept"),
        pytest.param(cell(replace(LOST, problem="missing")), LOSES, [("changed", "losses")], id="another message"),
        pytest.param(cell(replace(LOST, name="dense/bias")), LOSES, [("changed", "losses")], id="another name"),
        pytest.param(
            cell(replace(LOST, problem="8 of 9 values differ; the worst is 0.5 (off by 2e-3)")),
            LOSES,
            [],
            id="another number",
        ),
        pytest.param(with_verdict(LOSES, first=FIRST), LOSES, [("changed", "losses")], id="another first layer"),
        pytest.param(
            with_verdict(LOSES, causes=(Clue("unregistered", "layer 'a'"),)),
            LOSES,
            [("changed", "losses")],
            id="another cause",
        ),
        pytest.param(cell(unseen={"losses": Unseen("raises", raised=True)}), KEEPS, [("lost", "losses")], id="raises"),
        pytest.param(cell(unseen={"losses": Unseen("nothing")}), KEEPS, [("lost", "losses")], id="out of sight"),
        pytest.param(KEEPS, cell(unseen={"losses": Unseen("nothing")}), [], id="in sight again"),
        pytest.param(stops("reload", "E: no"), KEEPS, [("lost", "loading")], id="stops"),
        pytest.param(KEEPS, stops("reload", "E: no"), [("kept", "loading")], id="loads"),
        pytest.param(stops("save", "E: no"), stops("reload", "E: no"), [("changed", "loading")], id="another stage"),
        pytest.param(stops("save", "E: no"), stops("save", "E: a"), [("changed", "loading")], id="another failure"),
        pytest.param(
            stops("save", "E: /tmp/a1/b.py line 3 at 0x7fa"),
            stops("save", "E: /x/y/c line 4 at 0x12"),
            [],
            id="a folder",
        ),
        pytest.param(
            cell(LOST, promised=()), cell(promised=()), [], id="what is neither promised nor required is no loss"
        ),
        pytest.param(
            cell(LOST, promised=(), outcomes={"losses": Outcome(FAILED)}),
            cell(promised=(), outcomes={"losses": Outcome(PASSED)}),
            [("lost", "losses")],
            id="what is required is",
        ),
        pytest.param(cell(size=1300000), cell(size=1000000), [("growth", "size")], id="larger"),
        pytest.param(cell(size=1100000), cell(size=1000000), [], id="a little larger"),
        pytest.param(cell(size=900), cell(size=400), [], id="small"),
        pytest.param(cell(seconds={"save": 9}), cell(seconds={"save": 3}), [("growth", "seconds")], id="slower"),
        pytest.param(cell(seconds={"save": 0.9}), cell(seconds={"save": 0.3}), [], id="quick"),
    ],
)
def test_what_is_other_than_in_the_base(now, base, kinds):
    assert kinds == found([now], [base])


def test_of_what_changed_the_lines_are_told_that_changed():
    other = Difference("losses", "other", "missing after reload")
    (changed,) = changes(side(cell(LOST, other)), side(cell(LOST, replace(other, name="another"))), 0.2)
    (fewer,) = changes(side(cell(LOST)), side(cell(LOST, other)), 0.2)

    assert ("losses['another']: missing after reload", "losses['other']: missing after reload") == (
        changed.before,
        changed.now,
    )
    assert ("losses['other']: missing after reload", "no more than that") == (fewer.before, fewer.now)


def test_cells_that_are_gone_or_new_are_told_worst_first():
    now, base = [KEEPS, cell(recipe="new")], [LOSES, cell(recipe="gone")]

    assert [("gone", ""), ("kept", "losses"), ("new", "")] == found(now, base)


def test_a_base_without_a_common_cell_is_one_sentence():
    with pytest.raises(HarnessError, match="no cell in common with the results: they have a-dot_keras-bare, it has b-"):
        found([KEEPS], [cell(recipe="b")])


@pytest.fixture
def file(tmp_path):
    """A function that writes results, and reads them."""

    def file(name, *results, **header):
        return written(tmp_path / name, *results, **header).read()

    return file


def test_shards_and_rows_are_one(file):
    one, other = cell(), cell(recipe="b")
    shards = [file(name, each, shard=f"{name}/2", whole="x") for name, each in (("1", one), ("2", other))]
    rows = [file(row, one, row=row) for row in ("tf215", "tf221")]
    versions = [file(f"v{each}", one, versions={"tensorflow": each}) for each in ("2.15", "2.21")]

    assert {("", one.name): one, ("", other.name): other} == merged(shards).results
    assert {("tf215", one.name), ("tf221", one.name)} == set(merged(rows).results)
    assert ["tensorflow 2.15, keras 2", "tensorflow 2.21, keras 2"] == list(merged(versions).environments)


def test_what_is_not_whole_is_refused(file):
    one, other = cell(), cell(recipe="b")
    shards = [file(n, cell(recipe=n), shard=f"{n}/3", whole="x") for n in "123"]
    refused = [
        (
            [file("a", one, intended=(one, other))],
            "a: the run broke off, 1 of 2 cells have no result: b-dot",
        ),
        ([file("a")], "a: no cell is in it; expected results of a run that computed some"),
        (shards[::2], "shard 2/3 is missing; expected all 3 of the run"),
        (shards[:1], "shard 2/3, 3/3 is missing"),
        ([*shards, file("4", one, shard="1/3", whole="y")], "the shards are of 2 runs, which had other cells"),
        ([*shards, file("4", one, shard="1/4", whole="x")], "the shards are 1/3, 2/3, 3/3, 1/4; expected all of one"),
        ([file("a", one), file("b", one)], "a-dot_keras-bare is in "),
    ]
    for runs, message in refused:
        with pytest.raises(HarnessError) as error:
            merged(runs)
        assert message in str(error.value)


MANY = [
    Change(kind, "", f"recipe{number}-dot_keras-bare", "losses", "kept", "E: <b>|`[*\n" + "x" * 900)
    for kind in KINDS
    for number in range(800)
]


def test_a_summary_stays_below_what_github_takes_worst_first_and_says_what_was_cut():
    page = Told(MANY, side(KEEPS), "main.jsonl", ("lost",)).markdown()
    rows = [line for line in page.splitlines() if line.startswith("| ")][2:]

    assert LIMIT // 2 < len(page.encode()) < LIMIT
    assert page.splitlines()[-1] == f"{len(MANY) - len(rows)} more are left out, the least bad: a summary holds 1 MiB."
    assert ["newly lost"] * 800 == [row.split(" | ")[0][2:] for row in rows[:800]]
    assert "E: &lt;b&gt;\\|&#96;&#91;&#42; xxx" in rows[0]
    assert "left out" not in Told(MANY[:9], side(KEEPS), "main.jsonl", ()).markdown()
    assert 1 == len(Told([], side(KEEPS), "main.jsonl", ()).markdown().splitlines())


def test_a_terminal_has_some_of_each_kind():
    lines = Told(MANY, side(KEEPS), "main.jsonl", ("lost",)).text().splitlines()

    assert lines[0].startswith(
        "failed: 800 newly lost, 800 gone, 800 changed, 800 newly kept, 800 new, 800 grown; 1 cell"
    )
    assert 6 == sum(line.strip().startswith("and 780 more") for line in lines)


def test_annotations_stand_at_the_function_and_are_at_most_ten_of_a_level(tmp_path):
    (tmp_path / "src" / "team").mkdir(parents=True)
    (tmp_path / "src" / "team" / "model.py").write_text("import x\n\ndef build():\n    pass\n")
    (tmp_path / "pack.py").write_text("def save(m, p): ...\n\n\n\ndef load_it(p): ...\n")
    model = "team.model, load=pack.py:load_it, save=pack.py"

    def line(**facts):
        given = {"model": model, "format": "own", **facts}
        (found,) = commands([Change("lost", "", "a, b", "losses", "", "50% of\nit", **given)], ("lost",), tmp_path)
        return found

    title = "title=newly lost%3A a%2C b losses::newly lost: a, b losses: 50%25 of%0Ait"
    assert f"::error file=pack.py,line=1,{title}" == line()
    assert f"::error file=pack.py,line=5,{title}" == line(stage="reload")
    assert f"::error file=src/team/model.py,line=3,{title}" == line(format="dot_keras")
    assert f"::error file=src/team/model.py,line=3,{title}" == line(
        model="team.model:build(3, name='d')", format="export"
    )
    assert f"::error file=src/team/model.py,line=3,{title}" == line(stage="train")
    assert f"::error {title}" == line(model="gone.py")
    assert f"::error {title}" == line(model="")
    lines = list(commands(MANY, ("lost",), tmp_path))
    assert ["::error"] * 10 + ["::notice"] * 10 == [each.partition(" ")[0] for each in lines]


def test_a_badge_counts_what_came_out_as_expected():
    bad = cell(recipe="b", outcomes={"weights": Outcome(FAILED)})
    good = cell(outcomes={"loading": Outcome(SKIPPED)})
    lost = [Change("lost", "", "a", "", "", "")]

    assert {
        "schemaVersion": 1,
        "label": "round trips",
        "message": "1 of 1 as expected",
        "color": "brightgreen",
    } == Told([], side(good), "", ("lost",)).badge()
    assert "1 of 2 as expected" == Told([], side(good, bad), "", ("lost",)).badge()["message"]
    worse = Told(lost, side(good), "", ("lost",)).badge()
    assert ("1 of 1 as expected, 1 worse", "red") == (worse["message"], worse["color"])


MINE = cell(LOST, model="my_model.py")
BASELINE = '["my_model.py"]\ndot_keras.bare.losses = "why"\n'


@pytest.fixture
def gate(tmp_path, monkeypatch):
    """The command, in a folder with results."""
    monkeypatch.chdir(tmp_path)
    for name, results in (
        ("keeps", [KEEPS]),
        ("loses", [LOSES]),
        ("mine", [MINE]),
        ("mended", [cell(model="my_model.py")]),
        ("large", [cell(size=10**7)]),
        ("small", [cell(size=10**6)]),
        ("another", [cell(recipe="b")]),
        ("empty", []),
    ):
        written(tmp_path / f"{name}.jsonl", *results)
    (tmp_path / "b.toml").write_text(BASELINE)
    (tmp_path / "none.toml").write_text("")
    (tmp_path / "wrong.toml").write_text('["my_model.py"]\ndot_keras.bare.colour = "why"\n')
    return lambda *arguments: main(["gate", *arguments])


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["keeps.jsonl", "--base", "keeps.jsonl"], 0),
        (["loses.jsonl", "--base", "keeps.jsonl"], 1),
        (["keeps.jsonl", "--base", "loses.jsonl"], 0),
        (["keeps.jsonl", "--base", "loses.jsonl", "--fail-on", "kept"], 1),
        (["loses.jsonl", "--base", "keeps.jsonl", "--fail-on", "gone"], 0),
        (["large.jsonl", "--base", "small.jsonl"], 0),
        (["large.jsonl", "--base", "small.jsonl", "--fail-on", "lost,growth"], 1),
        (["large.jsonl", "--base", "small.jsonl", "--fail-on", "growth", "--growth", "20"], 0),
        (["mine.jsonl", "--baseline", "b.toml"], 0),
        (["mine.jsonl", "--baseline", "none.toml"], 1),
        (["mended.jsonl", "--baseline", "b.toml"], 1),
        (["mended.jsonl", "--baseline", "none.toml"], 0),
    ],
)
def test_the_exit_code_says_whether_it_failed(gate, arguments, code):
    assert code == gate(*arguments)


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (["nothing.jsonl", "--base", "keeps.jsonl"], 2, "nothing.jsonl: no results there"),
        (["another.jsonl", "--base", "keeps.jsonl"], 2, "the base has no cell in common with the results"),
        (["keeps.jsonl", "--base", "empty.jsonl"], 2, "empty.jsonl: no cell is in it"),
        (["keeps.jsonl", "--baseline", "b.toml"], 2, "a baseline is for models of one's own"),
        (["mine.jsonl", "--baseline", "nothing.toml"], 2, "nothing.toml: no baseline there"),
        (["mine.jsonl", "--baseline", "wrong.toml"], 2, "there is no aspect or stage 'colour'"),
        (["keeps.jsonl", "--base", "keeps.jsonl", "--fail-on", "worse"], 2, "--fail-on worse: expected some of lost"),
        (["keeps.jsonl", "--base", "keeps.jsonl", "--growth", "nan"], 2, "--growth nan: expected a share"),
        (["keeps.jsonl", "--base", "keeps.jsonl", "--badge", "."], 3, ".: cannot be written (Is a directory)"),
    ],
)
def test_what_cannot_be_used_is_one_sentence_and_nothing_is_written(gate, tmp_path, capsys, arguments, code, message):
    before = sorted(tmp_path.iterdir())

    assert code == gate(*arguments, *([] if code == 3 else ["--markdown", "gate.md", "--badge", "badge.json"]))
    said = capsys.readouterr().err
    assert said.startswith(f"harness: {message}") or message in said
    assert 1 == said.count("\n")
    assert before == sorted(tmp_path.iterdir())


def test_what_a_gate_writes(gate, tmp_path, capsys):
    arguments = ["--markdown", "gate.md", "--badge", "badge.json", "--json"]
    assert 1 == gate("loses.jsonl", "--base", "keeps.jsonl", *arguments)

    said = json.loads(capsys.readouterr().out)
    assert (True, 1, ["lost"]) == (said["failed"], said["counts"]["lost"], [each["kind"] for each in said["changes"]])
    assert "| newly lost | a-dot_keras-bare | losses | kept | losses" in (tmp_path / "gate.md").read_text()
    assert "0 as expected" not in (tmp_path / "badge.json").read_text()
    assert 1 == gate("loses.jsonl", "--base", "keeps.jsonl", "--annotations")
    assert "\n::error title=newly lost%3A a-dot_keras-bare losses::" in capsys.readouterr().out
    assert Results(tmp_path / "keeps.jsonl").read()
