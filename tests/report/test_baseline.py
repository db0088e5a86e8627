"""What a model of one's own is known to lose: what is other fails, both ways, and an update changes no line in vain."""

from __future__ import annotations

from dataclasses import replace

import pytest
from verdict_of import verdict_of

from harness.environment import Environment
from harness.nouns import Case, HarnessError, InfrastructureError, Recipe
from harness.observation import Clue
from harness.report.baseline import WIDTH, observed
from harness.report.baseline_file import read_baseline, update_baseline
from harness.report.checked import Checked
from harness.verdict import Difference, Unseen

HERE = Environment({"tensorflow": "2.21.0", "tf-keras": "2.21.0", "python": "3.11.7"})
MODEL = "models/my_model.py"
REQUIRED = ("weights", "predictions")


def verdict(format, loader, *lost, **facts):
    differences = tuple(Difference(aspect, "x", f"{number}: missing after reload") for aspect, number in lost)
    return verdict_of(Case(Recipe("my_model", "m"), format, loader), *differences, **facts)


KEEPS = verdict("dot_keras", "bare")
LOSES = verdict("dot_keras", "bare", ("compile", 1), ("losses", 2))
STOPS = replace(
    verdict("whole_h5", "bare", stage="reload"), failure="ValueError: Unknown layer 'Pool'\nfor want of a class"
)


@pytest.fixture
def check(tmp_path):
    """What verdicts come to, held against a file."""
    path = tmp_path / "roundtrip.toml"

    def check(text, *verdicts, required=REQUIRED):
        if text is not None:
            path.write_text(text)
        return Checked(verdicts, required, model=MODEL, baseline=read_baseline(path, MODEL, HERE))

    return check


@pytest.fixture
def updated(check, tmp_path):
    """The text after an update, which holds."""
    path = tmp_path / "roundtrip.toml"

    def updated(text, *verdicts):
        update_baseline(path, MODEL, check(text, *verdicts).changes)
        assert not path.exists() or check(None, *verdicts)
        return path.read_text() if path.exists() else ""

    return updated


def section(*lines, model=MODEL):
    return "\n".join([f'["{model}"]', *lines, ""])


KNOWN = section('dot_keras.bare.compile = "because 1"', 'dot_keras.bare.losses = "because 2"')


def test_what_is_lost_as_known_is_as_it_should_be_and_so_is_nothing_without_a_file(check):
    checked = check(KNOWN, LOSES)

    assert checked
    assert f"as {checked.baseline.path} says: 1 way, 2 known losses" == checked.headline()
    assert ("known", "known: because 1") == (
        checked.results[0].outcomes["compile"].kind,
        checked.results[0].outcomes["compile"].why,
    )
    assert "passed" == checked.results[0].outcomes["weights"].kind
    assert check("", KEEPS)


def test_what_is_newly_lost_fails_and_names_the_difference(check):
    checked = check(section('dot_keras.bare.compile = "because"'), LOSES)

    assert not checked
    assert ("newly lost: dot_keras bare: losses['x']: 2: missing after reload",) == checked.other_than_known
    assert checked.headline().startswith(f"other than {checked.baseline.path} says: newly lost: dot_keras bare: losses")
    assert "the same command with --update-baseline" in str(checked)


def test_what_is_newly_kept_fails_and_says_the_line_to_delete(check):
    checked = check(f"# a comment\n{KNOWN}", verdict("dot_keras", "bare", ("losses", 2)))

    assert (
        f"newly kept: dot_keras bare keeps the compile: delete line 3 of {checked.baseline.path}",
    ) == checked.other_than_known


def test_a_way_that_stops_elsewhere_fails(check):
    saves = replace(STOPS, stage="save")
    known = section('whole_h5.bare.reload = "no class"')

    assert check(known, STOPS)
    (other,) = check(known, saves).other_than_known
    assert other.startswith("stops elsewhere: whole_h5 bare does not save, and no longer at reload in line 2 of ")
    assert other.endswith("ValueError: Unknown layer 'Pool'")
    (loads,) = check(known, verdict("whole_h5", "bare")).other_than_known
    assert loads.startswith("newly kept: whole_h5 bare loads: delete line 2 of ")
    (new,) = check(section('whole_h5.bare.compile = "x"'), STOPS).other_than_known
    assert new.startswith("newly lost: whole_h5 bare does not reload: ValueError")


def test_what_the_entry_says_must_be_found(check):
    right, wrong = (f'whole_h5.bare.reload = {{ because = "x", says = "{says}" }}' for says in ("'Pool' for", "loss"))

    assert check(section(right), STOPS)
    (other,) = check(section(wrong), STOPS).other_than_known
    assert other.startswith(
        "changed: whole_h5 bare: ValueError: Unknown layer 'Pool' for want of a class; in line 2 of "
    )
    assert other.endswith("it says 'loss': correct it")


@pytest.mark.parametrize(
    ("when", "holds"), [("tensorflow>=2.16", True), ("tensorflow<2.16", False), ("keras>=3", False)]
)
def test_an_entry_holds_where_its_versions_are(check, when, holds):
    text = section(f'dot_keras.bare.compile = {{ because = "x", when = "{when}" }}', 'dot_keras.bare.losses = "y"')

    assert holds == bool(check(text, LOSES))
    assert holds != bool(check(text, verdict("dot_keras", "bare", ("losses", 2))))


def test_what_is_neither_promised_nor_required_need_not_be_known_and_what_cannot_be_seen_is_not_newly_kept(check):
    unpromised = replace(LOSES, promised=frozenset({"losses"}))
    text = section('dot_keras.bare.losses = "y"')

    assert check(text, unpromised)
    assert not check(text, unpromised, required=("compile",))
    assert check(text, verdict("dot_keras", "bare", unseen={"losses": Unseen("no losses")}))


def test_what_is_required_and_no_way_shows_is_other_than_known(check):
    hidden = replace(verdict("export", "serving", unseen={"optimizer": Unseen("no optimizer")}), promised=frozenset())

    unseen = check("", hidden, required=("optimizer",))
    assert ("out of sight: optimizer is required, and no way shows it",) == unseen.other_than_known
    assert check("", hidden, KEEPS, required=("optimizer",))


def test_other_models_and_other_ways_of_the_file_are_left_alone(check):
    text = KNOWN + section('dot_keras.bare.names = "other"', model="other.py") + ""

    assert check(text.replace('["other', 'whole_h5.bare.names = "not tried"\n["other'), LOSES)


def test_what_does_not_train_is_nothing_to_accept(check, updated):
    nothing = replace(STOPS, stage="train")

    assert not check("", nothing)
    assert {} == check("", nothing).changes


def test_the_first_run_proposes_a_file_and_says_how_to_accept_it(check):
    checked = check(None, LOSES, STOPS)
    told = str(checked)

    assert not checked
    assert f"There is no {checked.baseline.path} yet. Proposed:\n  # What models are known to lose" in told
    assert f'  ["{MODEL}"]\n  dot_keras.bare.compile = "compile[\'x\']: 1: missing after reload"\n' in told
    assert "To accept it: the same command with --update-baseline" in told
    assert not checked.baseline.path.exists()


def test_an_update_writes_a_sorted_file_that_the_next_run_is_as(updated):
    text = updated(None, STOPS, LOSES)

    assert [
        f'["{MODEL}"]',
        "dot_keras.bare.compile = \"compile['x']: 1: missing after reload\"",
        "dot_keras.bare.losses = \"losses['x']: 2: missing after reload\"",
        "whole_h5.bare.reload = \"ValueError: Unknown layer 'Pool'\"",
    ] == [line for line in text.splitlines() if line and not line.startswith("#")]
    assert "" == updated("", KEEPS)


MINE = """\
# mine

["a.py"]
dot_keras.bare.compile = "of another model"   # why not

["models/my_model.py"]  # the big one
# a reason in more words
dot_keras.bare.losses = "in my own words"
whole_h5.bare.names = { because = "not tried", when = ["keras>=3"] }

["z.py"]
whole_h5.bare.names = "of another model"
"""


def test_an_update_changes_the_lines_that_must_change_and_no_other(updated):
    added = updated(MINE, LOSES)
    line = "dot_keras.bare.compile = \"compile['x']: 1: missing after reload\"\n"
    assert MINE.replace("# a reason", f"{line}# a reason") == added
    assert MINE == updated(added, verdict("dot_keras", "bare", ("losses", 2)))
    assert MINE == updated(MINE, verdict("dot_keras", "bare", ("losses", 3)))


def test_an_update_makes_a_section_in_its_place_and_takes_away_an_empty_one(updated):
    others = "".join(section('dot_keras.bare.names = "x"', "", model=model) for model in ("a.py", "z.py"))
    with_mine = updated(others, verdict("dot_keras", "bare", ("compile", 1)))

    assert ["a.py", MODEL, "z.py"] == [line[2:-2] for line in with_mine.splitlines() if line.startswith("[")]
    assert others.split() == updated(with_mine, KEEPS).split()


def test_an_update_keeps_what_holds_with_other_versions(updated):
    elsewhere = 'dot_keras.bare.losses = { because = "old", when = "tensorflow<2.16" }'
    text = updated(section(elsewhere), verdict("dot_keras", "bare", ("losses", 2)))

    (line,) = (each for each in text.splitlines() if "losses" in each)
    assert line.startswith(
        'dot_keras.bare.losses = [{ because = "old", when = "tensorflow<2.16" }, { because = "losses'
    )
    assert line.endswith('when = "tensorflow==2.21.0" }]')
    assert elsewhere in updated(text, KEEPS)


def test_the_cause_is_told_where_one_is_known_and_no_line_is_long():
    clue = Clue("forgotten_argument", "layer 'pool'", {"class": "Pool", "argument": "t", "value": "1", "default": "2"})
    (entry,) = observed([replace(verdict("dot_keras", "bare", ("losses", 2)), causes=(clue,))], REQUIRED)
    (long,) = observed([replace(STOPS, failure="ValueError: " + "x" * 900)], REQUIRED)

    assert entry.because.startswith("Pool.get_config lacks the constructor argument 't'")
    assert WIDTH == len(long.because)


def test_what_stands_on_no_line_of_its_own_is_judged_and_not_changed(check, updated):
    nested = f'["{MODEL}".dot_keras.bare]\ncompile = "x"\nlosses = "y"\n'

    assert check(nested, LOSES)
    (other,) = check(nested, verdict("dot_keras", "bare", ("losses", 2))).other_than_known
    assert "delete the entry dot_keras.bare.compile of " in other
    with pytest.raises(
        HarnessError, match=r"dot_keras\.bare\.compile of models/my_model\.py stands on no line of its own"
    ):
        updated(nested, verdict("dot_keras", "bare", ("losses", 2)))


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("[", "expected TOML; "),
        (
            section('dot_keras.bare.colour = "x"'),
            ", line 2: there is no aspect or stage 'colour'; expected",
        ),
        (section('keras.bare.names = "x"'), ", line 2: there is no format 'keras'; expected one of savedmodel"),
        (section('dot_keras.here.names = "x"'), ", line 2: there is no loader 'here'; expected one of bare"),
        (section('export.bare.names = "x"'), ", line 2: export is loaded by serving, tfsm; not by bare"),
        (section("dot_keras.bare.names = 3"), ', line 2: expected "why", or { because = "why", when'),
        (section('dot_keras.bare.names = { why = "x" }'), ', line 2: expected "why", or { because = "why", when'),
        (section('dot_keras.bare.names = { because = "x", when = "tf 3" }'), ", line 2: when: expected a requirement"),
        ('names = "x"', ': names: expected ["MODEL"] and below it lines FORMAT.LOADER.ASPECT = "why"'),
        (section('names = "x"'), f': {MODEL}: names: expected ["MODEL"] and below it lines FORMAT.LOADER.ASPECT'),
    ],
)
def test_what_is_no_baseline_is_one_sentence(check, text, message):
    with pytest.raises(HarnessError) as error:
        check(text, KEEPS)
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_a_baseline_that_cannot_be_written_is_one_sentence(check, tmp_path):
    changes = check(None, LOSES).changes
    (tmp_path / "file").write_text("")

    with pytest.raises(InfrastructureError, match="the baseline cannot be written"):
        update_baseline(tmp_path / "file" / "roundtrip.toml", MODEL, changes)
