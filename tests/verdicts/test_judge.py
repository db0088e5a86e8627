from __future__ import annotations

import numpy as np
import pytest

from harness.formats import find_format
from harness.nouns import ASPECTS, Case, Recipe
from harness.observation import UNDECLARED, Hidden, Observation
from harness.verdict import Difference, Kept, Lost, Unseen, Verdict
from harness.verdicts.judge import beyond, briefly, judge, tolerances
from harness.verdicts.outputs import as_served

RECIPE = Recipe("recipe", "subject")
BEFORE = Observation(
    {
        "weights": {"a": np.ones(1)},
        "compile": {"loss": "mse"},
        "optimizer": {"class": "SGD"},
        "evaluation": {"loss": np.ones(())},
    }
)


def lines(findings):
    """Every difference among findings, as a line."""
    return [str(each) for finding in findings.values() if isinstance(finding, Lost) for each in finding.differences]


def test_silent_when_nothing_changed():
    findings = judge(Case(RECIPE, "savedmodel", "bare"), BEFORE, BEFORE)

    assert [] == lines(findings)
    assert Kept() == findings["weights"] == findings["evaluation"] == findings["optimizer"] == findings["warnings"]
    assert Unseen("nobody looked at it then") == findings["config"]
    assert "resave" not in findings


@pytest.mark.parametrize(("loader", "lost"), [("rebuild", ()), ("bare", ("names", "signature"))])
def test_what_build_has_not_declared_no_file_of_weights_has_lost(loader, lost):
    took = {"input/x": ["float32", [None, 3]]}
    named = Observation({"names": {"inputs": ["x"], "layers": ["head"]}, "signature": took})
    anew = Observation({"names": {"inputs": [], "layers": ["head"]}}, {"signature": Hidden(UNDECLARED)})

    def broken(actual):
        case = Case(RECIPE, "savedmodel", loader)
        return Verdict(case, findings=judge(case, named, actual), promised=frozenset(ASPECTS)).broken

    assert lost == broken(anew)
    # What it has of other names, and why else it shows no signature, is another matter.
    assert ("names", *lost[1:]) == broken(Observation({"names": {"inputs": [], "layers": ["tail"]}}, anew.hidden))
    assert ("names", "signature") == broken(
        Observation(anew.facts, {"signature": Hidden("ValueError: no", raised=True)})
    )


def test_that_training_on_raises_is_no_loss_of_what_stays_still_meanwhile():
    flags = {"layer/norm": True}
    trained = Observation({"trainable": {**flags, "step/norm/mean": "still"}, "resume": {"step 1 loss": np.ones(())}})
    raises = {"resume": Hidden("ValueError: no", raised=True)}
    case = Case(RECIPE, "dot_keras", "bare")

    def broken(expected, actual):
        return Verdict(case, findings=judge(case, expected, actual), promised=frozenset(ASPECTS)).broken

    assert ("resume",) == broken(trained, Observation({"trainable": flags}, raises))
    assert () == broken(Observation({"trainable": flags}, raises), trained)
    assert ("trainable", "resume") == broken(trained, Observation({"trainable": {"layer/norm": False}}, raises))
    moves = {"trainable": {**flags, "step/norm/mean": "moves"}}
    assert ("trainable",) == broken(trained, Observation({**trained.facts, **moves}))


def test_a_probe_is_not_compared_where_there_is_no_code_of_it():
    asked = Observation({**BEFORE.facts, "probe": {"answer": 42}})
    other = Observation({**BEFORE.facts, "probe": {"answer": 41}})

    assert Kept() == judge(Case(RECIPE, "savedmodel", "code"), asked, asked)["probe"]
    assert (
        Unseen("a bare load has not the code of it")
        == judge(Case(RECIPE, "savedmodel", "bare"), asked, BEFORE)["probe"]
    )
    assert ["probe['answer']: 41, but should be 42"] == lines(judge(Case(RECIPE, "savedmodel", "code"), asked, other))


def test_what_was_seen_and_is_out_of_sight_says_so():
    after = Observation({"weights": BEFORE.facts["weights"]}, {"evaluation": Hidden("the model is not compiled")})
    findings = judge(Case(RECIPE, "savedmodel", "bare"), BEFORE, after)

    assert Unseen("the model is not compiled", before=False) == findings["evaluation"]


def test_what_raises_before_saving_is_seen_by_nobody_and_says_that_it_raised():
    """Else a fault of the look itself would read as an aspect that nothing can lose."""
    raised = Observation({}, {"weights": Hidden("TypeError: no", raised=True), "config": Hidden("it has none")})
    findings = judge(Case(RECIPE, "savedmodel", "library"), raised, BEFORE)

    assert Unseen("TypeError: no", before=True, raised=True) == findings["weights"]
    assert Unseen("it has none", before=True) == findings["config"]


#: Of what is promised; resave is judged of further loads, and of what was said nothing is out of sight.
LOOKED_AT = [aspect for aspect in ASPECTS if aspect not in ("resave", "warnings")]
WHYS = {"unseen": Hidden("it has none"), "raises": Hidden("ValueError: no", raised=True)}


def one_aspect(aspect, before, after, format="savedmodel", loader="library", said=()):
    """What becomes of an aspect that is shown, or hidden, on each side."""
    expected, actual = (
        Observation(
            {} if isinstance(each, Hidden) else {aspect: each}, {aspect: each} if isinstance(each, Hidden) else {}
        )
        for each in (before, after)
    )
    case = Case(RECIPE, format, loader)
    findings = judge(case, expected, Observation(actual.facts, actual.hidden, said))
    return Verdict(case, findings={aspect: findings[aspect]}, promised=find_format(format).keeps[loader])


@pytest.mark.parametrize("aspect", LOOKED_AT)
@pytest.mark.parametrize("after", [{"fact": 1}, *WHYS.values()], ids=["seen", *WHYS])
@pytest.mark.parametrize("why", WHYS.values(), ids=WHYS)
def test_what_was_not_seen_before_saving_is_never_lost_after_it(aspect, why, after):
    verdict = one_aspect(aspect, why, after)

    assert Unseen(why.why, before=True, raised=why.raised) == verdict.findings[aspect]
    assert ((), ()) == (verdict.lost, verdict.differences)


@pytest.mark.parametrize("aspect", LOOKED_AT)
@pytest.mark.parametrize("why", WHYS.values(), ids=WHYS)
def test_what_was_seen_is_lost_where_it_is_out_of_sight_and_promised(aspect, why):
    verdict = one_aspect(aspect, {"fact": 1}, why)

    assert Unseen(why.why, before=False, raised=why.raised) == verdict.findings[aspect]
    assert (aspect,) == verdict.lost == verdict.broken
    assert str(verdict.differences[0]).startswith(
        f"{aspect}: {'raises after the reload' if why.raised else 'could not be observed after reload'}: "
    )


@pytest.mark.parametrize("aspect", ["optimizer", "resume", "compile"])
def test_what_is_out_of_sight_and_not_promised_is_not_lost(aspect):
    assert () == one_aspect(aspect, {"fact": 1}, WHYS["raises"], "export", "serving").lost


@pytest.mark.parametrize("aspect", LOOKED_AT)
def test_what_is_seen_twice_is_kept_or_lost(aspect):
    assert Kept() == one_aspect(aspect, {"fact": 1}, {"fact": 1}).findings[aspect]
    assert (aspect,) == one_aspect(aspect, {"fact": 1}, {"fact": 2}).lost
    assert (aspect,) == one_aspect(aspect, {"fact": 1}, {}).lost


def test_what_a_loader_admits_of_an_aspect_that_nobody_saw_before_is_no_loss():
    said = "Error: your model is starting with a freshly initialized optimizer."

    assert () == one_aspect("optimizer", WHYS["unseen"], {"class": "Adam"}, said=(said,)).lost


@pytest.mark.parametrize(
    ("facts", "outputs", "served", "expected"),
    [
        pytest.param({"one": 1}, ["dense"], ["one/dense"], {"one/dense": 1}, id="bare"),
        pytest.param({"one": 1}, ["dense"], ["one/output_0"], {"one/output_0": 1}, id="exported"),
        pytest.param({"one": 1}, [], ["one/output_1"], {"one/output_1": 1}, id="saved_without_names"),
        pytest.param(
            {"one/0": 1, "one/1": 2},
            [],
            ["one/output_1", "one/output_2"],
            {"one/output_1": 1, "one/output_2": 2},
            id="saved_list_without_names",
        ),
        pytest.param(
            {"one/0": 1, "one/1": 2},
            ["start", "end"],
            ["one/end", "one/start"],
            {"one/start": 1, "one/end": 2},
            id="list",
        ),
        pytest.param(
            {"one/b": 1, "one/a": 2},
            ["a", "b"],
            ["one/output_0", "one/output_1"],
            {"one/output_1": 1, "one/output_0": 2},
            id="dict_by_position",
        ),
        pytest.param({"one/logits": 1}, [], ["one/logits"], {"one/logits": 1}, id="dict_by_name"),
        pytest.param({"one": 1}, ["dense"], ["one/other"], {"one": 1}, id="unknown_name"),
        pytest.param(
            {"input/ids": 1, "takes int64": 2, "output": 3},
            ["dense"],
            ["input/keras_tensor", "takes int64", "output/dense"],
            {"input/ids": 1, "takes int64": 2, "output/dense": 3},
            id="not_about_outputs",
        ),
    ],
)
def test_outputs_take_the_names_of_the_signature(facts, outputs, served, expected):
    assert expected == as_served(facts, outputs, dict.fromkeys(served))


SAID = [
    ("Error: your model is starting with a freshly initialized optimizer.", "optimizer"),
    ("Skipping variable loading for optimizer 'Adam', because it has 5 variables", "optimizer"),
    ("Value in checkpoint could not be found in the restored object: (root).optimizer._iterations", "optimizer"),
    ("Value in checkpoint could not be found in the restored object: (root).layer.kernel", "weights"),
    ("Skipping loading of weights for layer #1 (named dense)", "weights"),
    ("Some layers were not initialized from the checkpoint and are newly initialized: ['pooler']", "weights"),
    ("No training configuration found in the save file, so the model was *not* compiled.", "compile"),
    ("something that nobody has seen before", "warnings"),
]


def said(*messages, before=(), format="savedmodel", loader="bare"):
    """What is found when a loader said this, and build() that."""
    expected = Observation(BEFORE.facts, said=before)
    return lines(judge(Case(RECIPE, format, loader), expected, Observation(BEFORE.facts, said=messages)))


@pytest.mark.parametrize(("message", "aspect"), SAID)
def test_what_a_loader_admits_is_a_difference_of_the_aspect_that_it_names(message, aspect):
    assert [f"{aspect}: the loader said: {message}"] == said(message)


def test_a_harmless_message_is_no_difference():
    assert [] == said("TensorFlow and JAX classes are deprecated and will be removed in Transformers v5.")


def test_what_is_admitted_of_an_aspect_that_is_out_of_sight_is_told_with_it():
    after = Observation({"weights": BEFORE.facts["weights"]}, {"optimizer": Hidden("none")}, (SAID[0][0],))

    assert ["optimizer: could not be observed after reload: none", f"optimizer: the loader said: {SAID[0][0]}"] == [
        line for line in lines(judge(Case(RECIPE, "savedmodel", "bare"), BEFORE, after)) if line.startswith("optimizer")
    ]


@pytest.mark.parametrize(("format", "loader"), [("savedmodel", "rebuild"), ("own", "code")])
def test_what_build_says_as_well_is_no_loss_of_the_loader_that_calls_it(format, loader):
    message, another = SAID[0][0], SAID[1][0]
    how = {"format": format, "loader": loader}

    assert [] == said(message, before=(message,), **how)
    assert [f"optimizer: the loader said: {message}"] == said(message, message, before=(message,), **how)
    assert [f"optimizer: the loader said: {another}"] == said(message, another, before=(message,), **how)


def test_what_build_says_is_no_excuse_for_a_loader_that_does_not_call_it():
    message = SAID[0][0]

    assert [f"optimizer: the loader said: {message}"] == said(message, before=(message,), loader="bare")


@pytest.mark.parametrize(
    ("format", "loader", "compute", "allowed"),
    [
        ("savedmodel", "serving", "bfloat16", 2 * 2**-7),
        ("savedmodel", "bare", "float16", 5e-3),
        ("savedmodel", "serving", "float32", 1e-6),
        ("savedmodel", "library", "bfloat16", 1e-6),
        ("whole_h5", "bare", "bfloat16", 0.0),
    ],
)
def test_only_a_graph_may_round_elsewhere_and_in_half_precision_further(format, loader, compute, allowed):
    seen = Observation({"precision": {"layer/dense": ["policy", compute, "float32"], "loss scale": None}})
    found = tolerances(Case(RECIPE, format, loader), seen)

    assert allowed == found["predictions"] == found["signature"]
    assert find_format(format).tolerance == found["resume"] == found["evaluation"]


@pytest.mark.parametrize(("format", "loader"), [("savedmodel", "bare"), ("savedmodel", "serving")])
def test_what_the_trained_model_answered_by_its_old_graphs_is_compared_too(format, loader):
    """A layer's attribute was changed after predict() was traced: the trained process goes on with the old value."""
    old, new = np.zeros(2), np.ones(2)
    before = Observation({"predictions": {"same": new, "live/same": old}, "names": {"outputs": ["dense"]}})
    name = "same/dense" if loader == "serving" else "same"
    after = Observation({"predictions": {name: new}}, {"names": Hidden("none")} if loader == "serving" else {})
    found = judge(Case(RECIPE, format, loader), before, after)["predictions"]

    assert [f"live/{name}"] == [each.name for each in found.differences]
    assert "2 of 2 values differ" in found.differences[0].problem


def test_a_served_variable_under_another_name_has_lost_its_name():
    before = Observation({**BEFORE.facts, "names": {"layers": ["dense"]}})
    after = Observation({"weights": {"b": np.ones(1)}}, {"names": Hidden("a serving load has no layers")})
    findings = judge(Case(RECIPE, "savedmodel", "serving"), before, after)

    assert Kept() == findings["weights"]
    assert [f"names['a']: 1 of 1 names changed, the first 'a' is now 'b'; {AGREE}"] == lines(
        {"names": findings["names"]}
    )


AGREE = "shapes, dtypes and values agree by position"
FIRST = {"weights": Lost((Difference("weights", "a", "2, but should be 1"),)), "config": Unseen("none", before=False)}
LATER = {
    "weights": Lost((Difference("weights", "a", "4, but should be 2"), Difference("weights", "b", "missing"))),
    "config": Unseen("none", before=False),
    "optimizer": Lost((Difference("optimizer", "", "the loader said: no"),)),
    "names": Lost((Difference("names", "layers", "other"),)),
}


def test_a_further_generation_is_asked_for_what_the_first_had_not_lost():
    found = beyond(FIRST, LATER, frozenset({"weights", "config", "optimizer"}), "load 2")

    assert [
        "resave['load 2: weights b']: missing",
        "resave['load 2: optimizer']: the loader said: no",
    ] == list(map(str, found))
    assert () == beyond(LATER, LATER, frozenset(LATER), "load 2")


def test_of_a_brief_look_only_what_it_looked_at_is_compared():
    before = Observation(
        {"weights": {"a": 1}, "trainable": {"model": True, "step/a": "moves"}, "resume": {"step 1 loss": 1.0}}
    )
    after = Observation({"weights": {"a": 1}, "trainable": {"model": True}}, {"config": Hidden("none")})

    assert {"weights": {"a": 1}, "trainable": {"model": True}} == briefly(before, after).facts


def test_what_was_in_sight_and_is_no_more_in_a_further_generation_is_lost_there():
    assert ["resave['load 2: config']: could not be observed after reload: none"] == list(
        map(str, beyond({"config": Kept()}, FIRST, frozenset({"config"}), "load 2"))
    )
    assert () == beyond({"config": Kept()}, {"config": Unseen("none", before=True)}, frozenset({"config"}), "load 2")


def test_what_a_loader_says_of_an_aspect_that_was_lost_before_is_no_news():
    lost = {"optimizer": Lost((Difference("optimizer", "m/kernel", "2 of 2 values differ"),))}
    said = {"optimizer": Lost((Difference("optimizer", "", "the loader said: Skipping variable loading"),))}
    raises = {"optimizer": Unseen("TypeError: no", before=False, raised=True)}

    assert () == beyond(lost, said, frozenset(lost), "as dot_keras")
    assert 1 == len(beyond({"optimizer": Kept()}, said, frozenset(lost), "as dot_keras"))
    assert 1 == len(beyond(lost, raises, frozenset(lost), "as dot_keras"))
