from __future__ import annotations

import shlex
from pathlib import Path

import pytest
from results_of import HEADER, result_of, written

from harness.nouns import ASPECTS, OPTIMIZER, WEIGHTS, HarnessError
from harness.observation import Clue
from harness.page import states
from harness.page.across import across
from harness.page.because import reasons
from harness.page.from_results import DIFFERENCES, Names, link, run
from harness.report.results import RunResults
from harness.suite.expectations import FAILED, KNOWN, LOADING, PASSED, SKIPPED, Outcome
from harness.verdict import Difference
from harness.verdicts.wording import report

LINK = "https://github.com/keras-team/tf-keras/issues/36"


def shown(tmp_path, *results, name="row", **header):
    return run(written(tmp_path / f"{name}.jsonl", *results, **header).read(), name)


def slots(count):
    return [Difference(OPTIMIZER, f"slot {number}", "is 1, but should be 0") for number in range(count)]


def test_a_cell_has_its_id_its_differences_and_its_facts(tmp_path):
    facts = {"versions": {"tensorflow": "2.21.0"}, "seconds": {"save": 1.25, "reload": 2.0}, "size": 32_100}
    outcomes = {LOADING: Outcome(PASSED), OPTIMIZER: Outcome(KNOWN, "known", (LINK,))}
    (cell,) = shown(tmp_path, result_of("m", "savedmodel", "bare", *slots(13), outcomes=outcomes, **facts)).cells

    assert ("m-savedmodel-bare", "m-savedmodel-bare") == (cell.id, cell.anchor)
    assert "optimizer changed after the round trip (13 differences)" == cell.headline
    (change,) = cell.changes
    assert (OPTIMIZER, states.KNOWN_LOSS) == (change.about, change.state)
    assert "optimizer['slot 0']: is 1, but should be 0" == change.lines[0]
    assert (DIFFERENCES, 3) == (len(change.lines), change.more)
    assert "slot 12" in cell.full
    assert ("keras-team/tf-keras#36", LINK) == (change.links[0].text, change.links[0].url)
    assert {"versions": "tensorflow 2.21.0", "time": "save 1.2 s, reload 2.0 s", "artifact": "32 kB"} == cell.facts


def test_what_was_kept_or_could_not_be_seen_has_nothing_more_to_tell(tmp_path):
    (cell,) = shown(tmp_path, result_of("m", "savedmodel", "bare")).cells

    assert () == cell.changes
    assert "kept" == cell.outcome


def test_a_note_says_only_what_the_differences_do_not(tmp_path):
    whole = result_of("m", "savedmodel", "bare", *slots(1))
    why = report(whole.verdict, OPTIMIZER) + "\nfails otherwise than known: correct the entry"
    first = result_of("m", "savedmodel", "bare", *slots(1), outcomes={OPTIMIZER: Outcome(FAILED, why)})
    same = result_of("n", "savedmodel", "bare", outcomes={WEIGHTS: Outcome(FAILED, "passes, though it is known")})
    notes = [change.note for cell in shown(tmp_path, first, same).cells for change in cell.changes]

    assert ["fails otherwise than known: correct the entry", "passes, though it is known"] == notes


def test_a_cell_without_result_is_not_run_and_has_its_place(tmp_path):
    there, not_there = result_of("m", "savedmodel", "bare"), result_of("a-b", "savedmodel", "bare")
    found = shown(tmp_path, there, intended=[there, not_there])

    assert ["m-savedmodel-bare", "a-b-savedmodel-bare"] == [cell.id for cell in found.ways[0].cells]
    assert {states.MISSING} == set(found.cells[1].all_states)
    assert 1 == dict((outcome, number) for outcome, _, number in found.numbers)["missing"]
    assert (found.cells[1],) == found.others


def test_every_cell_is_counted_once(tmp_path):
    lost = result_of("lost", "savedmodel", "bare", *slots(1), outcomes={OPTIMIZER: Outcome(FAILED)})
    known = result_of("known", "savedmodel", "bare", *slots(1), outcomes={OPTIMIZER: Outcome(KNOWN)})
    stopped = result_of(
        "stop", "savedmodel", "bare", stage="reload", failure="x", outcomes={LOADING: Outcome(FAILED, "x")}
    )
    as_known = result_of(
        "halt", "savedmodel", "bare", stage="reload", failure="x", outcomes={LOADING: Outcome(KNOWN, "x")}
    )
    free = result_of("free", "savedmodel", "bare", *slots(1), outcomes={OPTIMIZER: Outcome(SKIPPED)})
    found = shown(tmp_path, lost, known, stopped, as_known, free)

    assert {"lost": 1, "stopped": 1, "mended": 0, "missing": 0, "known": 2, "kept": 1} == {
        outcome: number for outcome, _, number in found.numbers
    }


def test_a_format_is_as_its_worst_cell_and_says_how_many_of_them(tmp_path):
    known = {OPTIMIZER: Outcome(KNOWN)}
    cells = [result_of(name, "savedmodel", "bare", *slots(1), outcomes=known) for name in ("a", "b")]
    stopped = result_of("c", "savedmodel", "bare", stage="save", failure="x", outcomes={LOADING: Outcome(KNOWN)})
    (way,) = shown(tmp_path, *cells, result_of("d", "savedmodel", "bare"), stopped).ways
    column = dict(zip(ASPECTS, way.aspects))

    assert (states.STOPPED_AS_KNOWN, 1, 4) == (way.loaded.state, way.loaded.number, way.loaded.of)
    assert (states.KNOWN_LOSS, 2, 4) == (column[OPTIMIZER].state, column[OPTIMIZER].number, column[OPTIMIZER].of)
    assert (states.KEPT, 3, 4) == (column[WEIGHTS].state, column[WEIGHTS].number, column[WEIGHTS].of)


def test_names_that_are_no_addresses_become_some_and_stay_apart():
    names = Names()

    assert ["a-b", "a-b.2", "own_model_3_4", "etc_passwd", "_"] == [
        names.one(each) for each in ("a-b", "a-b", "own model(3, 4)", "../../etc/passwd", "")
    ]


def test_only_an_address_on_the_web_is_one():
    assert "" == link("docs/findings.md#it").url
    assert "" == link("javascript:alert(1)").url
    assert ("docs/findings.md#it", "link-docs-findings-md-it") == (
        link("docs/findings.md#it").text,
        link("docs/findings.md#it").anchor,
    )


def test_a_cell_is_tried_again_by_a_command_and_by_a_script(tmp_path):
    own = result_of("m", "savedmodel", "bare", model="my model.py")
    suite, mine, built = shown(
        tmp_path,
        result_of("m", "savedmodel", "bare", versions={"tensorflow": "2.21.0", "python": "3.11.7"}),
        own,
        result_of("m", "savedmodel", "bare", model="team.models:make(3)"),
        matrix="each",
    ).cells

    assert "python -m harness run --matrix=each --keras=2 --hash-seed=7 m-savedmodel-bare" == suite.reproduce
    assert "check 'my model.py' --format=savedmodel --loader=bare" in mine.reproduce
    assert ("", "") == (built.reproduce, built.script)
    assert "python3.11 -m venv .reproduce\n.reproduce/bin/pip install --quiet tensorflow==2.21.0\n" in suite.script
    assert suite.script.endswith(f".reproduce/bin/{suite.reproduce}\n")


def test_nothing_that_results_say_is_run_by_the_script():
    evil = "m\nrm -rf ~;$(boom)"
    result = result_of(evil, "savedmodel", "bare", versions={"a;b": "$(c)", "python": "3;reboot.1"})
    (cell,) = run(RunResults(Path("x"), HEADER, (result,)), "row").cells
    lines = cell.script.split("\n")

    assert lines[1].startswith("# m rm -rf ~;$(boom)-savedmodel-bare: ")
    assert "'a;b==$(c)'" in cell.script
    assert "'python3;reboot.1' -m venv .reproduce" in lines
    assert f"{evil}-savedmodel-bare" == shlex.split(cell.reproduce)[-1]


def test_rows_stand_side_by_side_and_a_change_is_marked(tmp_path):
    lost = result_of("m", "savedmodel", "bare", *slots(1), outcomes={OPTIMIZER: Outcome(KNOWN)})
    kept, other = result_of("m", "savedmodel", "bare"), result_of("m", "dot_keras", "code")
    runs = [
        shown(tmp_path, kept, name="one"),
        shown(tmp_path, other, name="two"),
        shown(tmp_path, lost, other, name="three"),
    ]
    first, second = across(runs)

    assert ("savedmodel", "bare") == (first.format, first.loader)
    assert [states.KEPT, None, states.KNOWN_LOSS] == [each and each.count.state for each in first.squares]
    assert [False, True] == [each.changed for each in first.squares if each]
    assert ((), (OPTIMIZER,)) == tuple(each.aspects for each in first.squares if each)
    assert [None, False, False] == [each and each.changed for each in second.squares]


def test_a_reason_is_told_once_with_all_its_cells(tmp_path):
    clue = Clue("savedmodel_optimizer", "the optimizer")
    outcomes = {OPTIMIZER: Outcome(KNOWN, "known", (LINK,))}
    cells = [result_of(name, "savedmodel", "bare", *slots(1), outcomes=outcomes, causes=(clue,)) for name in "ab"]
    cause, known = reasons([shown(tmp_path, *cells, name="one"), shown(tmp_path, cells[0], name="two")])

    assert ("savedmodel_optimizer", 3) == (cause.anchor, cause.number)
    assert all((cause.says, cause.instead, cause.link))
    assert ("keras-team/tf-keras#36", 3) == (known.title, known.number)
    assert [("one", (OPTIMIZER,)), ("two", (OPTIMIZER,))] == [(each.run, each.aspects) for each in known.places]


def test_a_cause_that_only_a_newer_harness_knows_is_one_sentence(tmp_path):
    result = result_of("m", "savedmodel", "bare", *slots(1), causes=(Clue("of_tomorrow", "the model"),))

    with pytest.raises(HarnessError, match=r"row\.jsonl: names the cause 'of_tomorrow', which this harness does not"):
        shown(tmp_path, result)
