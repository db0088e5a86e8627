"""Ways that were mended, beside those that needed no mend; and the lines of each."""

from __future__ import annotations

from dataclasses import replace

from verdict_of import verdict_of

from harness.nouns import Case, Recipe
from harness.observation import Clue
from harness.report.brief import because, best
from harness.report.checked import Checked
from harness.report.ways import ways
from harness.verdict import Difference, Mend, Mended

OBJECTS = ("my_model:Pool", "team.losses:pull")
BY_NAME = Mend("by_name", ("unregistered",), OBJECTS)
POLICY = Mend("policy", ("global_policy",), policy="mixed_float16")
UNCOMPILED = Mend("uncompiled", ("unregistered",), compiled=False)
UNKNOWN = Clue("unregistered", "layer 'pool'", {"name": "Pool", "module": "mine", "kind": "class"})
NAMED = (
    "from my_model import Pool; from team.losses import pull; "
    'model = tf.keras.models.load_model("model.keras", custom_objects={"Pool": Pool, "pull": pull})'
)


def verdict(loader, *lost, mended=(), **facts):
    differences = tuple(Difference(aspect, "x", "missing after reload") for aspect in lost)
    case = Case(Recipe("my_model", "my_model.py"), "dot_keras", loader)
    return replace(verdict_of(case, *differences, **facts), mended=tuple(mended))


def kept(mend, loader, *lost):
    return Mended(mend, loader, "", tuple(each for each in verdict(loader, *lost).kept if each != "resave"), lost)


STOPPED = verdict("bare", stage="reload", failure="ValueError: Pool", mended=[kept(BY_NAME, "code")])


def test_names_that_were_enough_stand_in_the_line_of_what_has_the_code():
    (way,) = ways([STOPPED, verdict("code")], ("weights",))

    assert ("code", "", NAMED) == (way.loader, way.mend, way.load)


def test_names_that_were_not_enough_do_not():
    for mended in (Mended(BY_NAME, "code", "TypeError: no Other"), kept(BY_NAME, "code", "names")):
        (way,) = ways([replace(STOPPED, mended=(mended,)), verdict("code")], ("weights",))

        assert way.load.endswith("custom_objects=vars(my_model))")


def test_what_only_a_mend_keeps_is_a_way_and_no_verdict():
    checked = Checked((verdict("bare", "predictions", mended=[kept(POLICY, "bare", "names")]),), ("predictions",))
    (way,) = checked.ways

    assert not checked
    assert ("bare", "policy", ("names",)) == (way.loader, way.mend, way.lost)
    assert way.load.startswith('tf.keras.mixed_precision.set_global_policy("mixed_float16"); model = tf.keras.models.')
    assert "  1. dot_keras, bare, policy: loses names; 0 kB" in best(checked.ways, checked.required).splitlines()


def test_a_mend_is_never_the_reason_why_a_way_without_one_is_left_out():
    lossy = verdict("bare", "names", mended=[kept(POLICY, "bare")])
    checked = Checked((lossy, verdict("code", "names", "class")), ("weights",))

    assert [("bare", ""), ("bare", "policy")] == [(each.loader, each.mend) for each in checked.ways]
    assert "dot_keras bare" in checked.headline()


def test_what_is_loaded_without_compile_says_so():
    found = verdict("bare", stage="reload", mended=[kept(UNCOMPILED, "bare", "compile")])
    (way,) = ways([found], ("weights",))

    assert 'model = tf.keras.models.load_model("model.keras", compile=False)' == way.load


def test_what_is_loaded_with_the_code_that_it_brings_says_so():
    unsafe = Mend("unsafe", ("lambda_layer",), safe=False)
    found = verdict("bare", stage="reload", mended=[kept(unsafe, "bare")])
    (way,) = ways([found], ("weights",))
    named = replace(STOPPED, mended=(kept(replace(BY_NAME, safe=False), "code"),))
    (by_name,) = ways([named], ("weights",))

    assert 'model = tf.keras.models.load_model("model.keras", safe_mode=False)' == way.load
    assert NAMED[:-1] + ", safe_mode=False)" == by_name.load
    told = because([replace(each, causes=(UNKNOWN,)) for each in (found, named)])
    assert 'tried: custom_objects={"Pool": Pool, "pull": pull}, safe_mode=False: loads' in told
    (line,) = because([replace(found, causes=(Clue("lambda_layer", "layer 'twice'", {}),))]).splitlines()[-1:]
    assert "    tried: safe_mode=False: loads, keeps everything (dot_keras)" == line


def test_each_cause_says_what_was_tried_and_what_came_of_it():
    failed = Mended(UNCOMPILED, "bare", "ValueError: no")
    told = [
        replace(STOPPED, causes=(UNKNOWN,), mended=(kept(BY_NAME, "code"), failed)),
        replace(
            STOPPED,
            case=Case(STOPPED.case.recipe, "whole_h5", "bare"),
            causes=(UNKNOWN,),
            mended=(kept(BY_NAME, "code"), kept(UNCOMPILED, "bare", "compile", "optimizer"), kept(POLICY, "bare")),
        ),
    ]

    assert [
        '    tried: custom_objects={"Pool": Pool, "pull": pull}: loads, keeps everything (dot_keras, whole_h5)',
        "    tried: compile=False: does not load (dot_keras)",
        "    tried: compile=False: loads, loses compile, optimizer (whole_h5)",
    ] == because(told).splitlines()[-3:]
