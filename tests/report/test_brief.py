"""What a person reads of a check, at most a screen: what keeps it, causes by number, and equal ways in one row."""

from __future__ import annotations

from dataclasses import replace

from verdict_of import verdict_of

from harness.formats import FORMATS
from harness.nouns import Case, Recipe
from harness.observation import Clue
from harness.report.brief import because, best, by_loader, rows
from harness.report.checked import Checked
from harness.report.script import script_command
from harness.verdict import Difference, FirstToDiffer, Unseen

POOL = Clue("forgotten_argument", "layer 'pool'", {"class": "Pool", "argument": "t", "value": "0.25", "default": "1.0"})
UNKNOWN = Clue("unregistered", "layer 'pool'", {"name": "Pool", "module": "mine", "kind": "class"})
FIRST = FirstToDiffer("pool", "Pool", 1, True, "off by 2.6e-04", 3)
COMPUTED = ("predictions", "signature", "evaluation", "resume")


def verdict(format, loader, *lost, stage="", failure="", unseen=None, **facts):
    differences = tuple(Difference(aspect, f"x of {format}", "missing after reload") for aspect in lost)
    found = verdict_of(Case(Recipe("model", "m"), format, loader), *differences, stage=stage, unseen=unseen)
    return replace(found, failure=failure, **facts)


#: A model with two problems: a layer that forgets an argument, and is not registered.
TWO_PROBLEMS = (
    verdict("savedmodel", "bare", "optimizer", "resume"),
    verdict("savedmodel", "code", "optimizer", *COMPUTED, causes=(POOL,), first=FIRST),
    verdict("savedmodel", "rebuild"),
    verdict("traceless", "bare", stage="reload", failure="ValueError: Pool", causes=(UNKNOWN,)),
    verdict("traceless", "code", "optimizer", *COMPUTED, causes=(POOL,), first=FIRST),
    *(
        verdict(format, "bare", stage="reload", failure="ValueError: Pool", causes=(UNKNOWN,))
        for format in ("whole_h5", "dot_keras")
    ),
    *(verdict(format, "code", *COMPUTED, causes=(POOL,), first=FIRST) for format in ("whole_h5", "dot_keras")),
    *(verdict(format, "rebuild", "optimizer", "resume", promised=frozenset({"weights"})) for format in ("whole_h5",)),
    verdict("checkpoint", "rebuild"),
)


def test_equal_ways_are_one_row_and_causes_have_numbers():
    assert [
        "lost                                            by",
        "nothing                                         rebuild: savedmodel, checkpoint",
        "optimizer, resume                               bare: savedmodel",
        "optimizer, resume (not promised)                rebuild: whole_h5",
        "predictions, signature, evaluation, resume (1)  code: whole_h5, dot_keras",
        "optimizer, predictions, signature, evaluation,  code: savedmodel, traceless",
        "resume (1)",
        "everything: no reload (2)                       bare: traceless, whole_h5, dot_keras",
    ] == rows(TWO_PROBLEMS, ("predictions",)).splitlines()


def test_a_screen_tells_of_two_problems():
    lines = str(Checked(TWO_PROBLEMS)).splitlines()

    assert 30 >= len(lines)
    assert [
        "(1) because Pool.get_config lacks the constructor argument 't' (0.25 in layer 'pool'; by default 1.0)",
        f"    {FIRST}",
        '    write: in Pool.get_config: add "t": self.t',
        "(2) because the class Pool (layer 'pool') is not registered: a process without the code does not find it",
    ] == lines[lines.index("", 4) + 1 :][:4]


def test_a_cause_is_told_with_the_layer_that_it_is_about_and_no_other():
    elsewhere = replace(TWO_PROBLEMS[1], first=replace(FIRST, layer="other"))
    unknown = replace(elsewhere, causes=())

    assert "first to differ" not in because((elsewhere,))
    assert "    first to differ: layer 'other' (Pool)" in rows((unknown,), ("predictions",))


def test_whatever_is_lost_the_table_fits_a_terminal_of_100_columns():
    every = tuple(
        verdict(format, loader, *("weights", "config", "names", "optimizer", *COMPUTED)[: 1 + number % 7])
        for number, format in enumerate(FORMATS)
        for loader in FORMATS[format].keeps
    )

    assert all(len(line) <= 100 for line in rows(every, ()).splitlines())


def test_what_nothing_explains_says_so_with_its_reason():
    lines = rows((verdict("own", "code", "weights"), verdict("export", "serving", "signature")), ("weights",))

    assert "    no known cause: weights['x of own']: missing after reload" in lines.splitlines()
    assert 1 == lines.count("no known cause")  # what is required is kept by the other


def test_what_nothing_explains_has_the_command_that_writes_a_script_of_it(monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    mine = Recipe("model", str(tmp_path / "of mine" / "my_model.py"))
    lost = replace(verdict("dot_keras", "bare", "weights"), case=Case(mine, "dot_keras", "bare"))
    command = "python -m harness repro 'of mine/my_model.py' --format dot_keras --loader bare"

    assert f"    {command} writes a script" in rows((lost,), ("weights",)).splitlines()
    assert command == script_command(lost)
    assert f"{command} --keras 3" == script_command(replace(lost, versions={"keras": "3.15.1"}))
    assert "" == script_command(replace(lost, stage="train", findings={}))
    no_name = Recipe("model", str(tmp_path / "my-model.py"))
    assert "" == script_command(replace(lost, case=Case(no_name, "dot_keras", "bare")))
    assert "" == script_command(verdict("dot_keras", "bare", "weights"))  # of functions in a test
    assert "" == script_command(replace(lost, findings={"resave": lost.findings["weights"]}))
    assert "writes a script" not in rows((replace(lost, causes=(POOL,)),), ("weights",))


def test_a_way_that_does_not_show_what_is_required_has_lost_nothing_by_that():
    served = verdict("export", "serving", unseen={"optimizer": Unseen("a signature has none")})

    assert "does not show optimizer" in rows((served,), ("weights", "optimizer")).splitlines()[1]
    assert "no known cause" not in rows((served,), ("weights", "optimizer"))


def test_what_keeps_it_is_shown_with_its_lines_and_with_what_loses_nothing():
    checked = Checked(TWO_PROBLEMS)

    assert [
        "What keeps weights, predictions, simplest first:",
        "  1. savedmodel, bare: loses optimizer, resume; 0 kB",
        '       save:  model.save("model", save_format="tf")',
        '       load:  model = tf.keras.models.load_model("model")',
        "  2. savedmodel, rebuild: loses nothing that could be seen; 0 kB",
        '       save:  model.save("model", save_format="tf")',
        '       load:  from m import build; model = build(); model.load_weights("model/variables/variables")',
        "  and so do rebuild: checkpoint, whole_h5",
    ] == best(checked.ways, checked.required).splitlines()
    assert "Nothing that was tried keeps weights." == best([], ("weights",))


def test_of_a_single_way_the_differences_are_told_at_once():
    checked = Checked((verdict("own", "code", "weights"),))

    assert "own code:\n  weights['x of own']: missing after reload" in str(checked)
    assert str(checked).count("missing after reload") == 3  # the headline, the row, the list


def test_the_loaders_stand_in_their_order():
    assert "bare: a, c; code: b" == by_loader([("a", "bare"), ("b", "code"), ("c", "bare")])
