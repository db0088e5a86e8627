"""One's own model, and one's own packaging code."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from places import ROOT, TOYS
from verdict_of import verdict_of

from harness.entry.asked import OUTPUT, Limits, Output, Wanted
from harness.entry.check import check, prepared, run_check
from harness.entry.command_line import main
from harness.entry.recipes import recipe_of
from harness.environment import Environment
from harness.formats import FORMATS
from harness.nouns import ASPECTS, Case, HarnessError, InfrastructureError, Reached, Recipe
from harness.processes.fleet import Fleet
from harness.report.checked import Checked
from harness.report.results import Results
from harness.report.ways import ways
from harness.suite.expectations import SKIPPED, Outcome
from harness.verdict import Difference, Unseen

needs_tensorflow = pytest.mark.skipif("tensorflow" not in Environment().versions, reason="TensorFlow is not installed")


def verdict(format, loader, *lost, **facts):
    differences = tuple(Difference(aspect, "x", "missing after reload") for aspect in lost)
    return verdict_of(Case(Recipe("model", "m"), format, loader), *differences, **facts)


def test_the_simplest_way_comes_first_then_the_one_that_loses_least_then_the_smallest():
    found = ways(
        [
            verdict("savedmodel", "bare", "optimizer", size=1),
            verdict("checkpoint", "rebuild"),
            verdict("whole_h5", "bare", size=9),
            verdict("dot_keras", "bare", size=5),
            verdict("weights_h5", "rebuild", "weights"),
            verdict("export", "serving", stage="save"),
        ],
        ("weights",),
    )

    assert ["dot_keras", "whole_h5", "savedmodel", "checkpoint"] == [way.format for way in found]
    assert 'model = tf.keras.models.load_model("model.keras")' == found[0].load


@pytest.mark.parametrize(
    ("subject", "arguments", "load"),
    [
        (
            "models/my_pool.py",
            {},
            "import my_pool; model = tf.keras.models.load_model({}, custom_objects=vars(my_pool))",
        ),
        (
            "harness.fresh.subject:of_functions",
            {"build": "team.models:make"},
            "import team.models; model = tf.keras.models.load_model({}, custom_objects=vars(team.models))",
        ),
        # What is no name, or is called with something, is for the reader to put in.
        ("models/my-pool.py", {}, None),
        (
            "harness.fresh.subject:of_functions",
            {"build": {"function": "a.py:build", "values": [3], "keywords": {}}},
            None,
        ),
    ],
)
def test_the_lines_have_the_names_of_the_models_own_module(subject, arguments, load):
    (way,) = ways([verdict_of(Case(Recipe("model", subject, arguments), "dot_keras", "code"))], ())
    own = "custom_objects=vars(my_model))  # your module, imported, with its classes and functions"

    assert way.load == (
        load.format('"model.keras"') if load else f'model = tf.keras.models.load_model("model.keras", {own}'
    )


def test_a_model_that_is_built_is_built_by_the_function_that_did_it():
    case = Case(Recipe("model", "x:of_functions", {"build": "models/bert.py:make_bert"}), "weights_h5", "rebuild")
    (way,) = ways([verdict_of(case)], ())

    assert 'from bert import make_bert; model = make_bert(); model.load_weights("model.weights.h5")' == way.load


@pytest.mark.parametrize("name", FORMATS)
def test_every_way_has_its_lines(name):
    for way in ways([verdict(name, loader) for loader in FORMATS[name].keeps], ()):
        assert "{" not in way.load
        assert way.save


def test_a_loss_is_told_by_name_and_without_a_way_there_is_no_advice():
    checked = Checked((verdict("savedmodel", "bare", "weights"),))

    assert "savedmodel bare:\n  weights['x']: missing after reload" in str(checked)
    assert "\n\nNothing that was tried keeps weights, predictions.\n\n" in str(checked)
    assert not checked


def verdicts(*stages):
    return tuple(
        verdict("dot_keras", loader, stage=stage) for loader, stage in zip(("bare", "library", "code"), stages)
    )


ONE, OTHER = verdict("dot_keras", "bare"), verdict("whole_h5", "bare", size=1)
FAILED = verdict("dot_keras", "code", "weights")


@pytest.mark.parametrize(
    ("checked", "true", "line"),
    [
        (Checked((ONE,)), True, "kept: weights, predictions by dot_keras bare"),
        (Checked((ONE,), require_ways="all"), True, "kept: weights, predictions by dot_keras bare"),
        (
            Checked((ONE, OTHER), ("weights",)),
            True,
            "kept: weights (any of 2 ways: dot_keras bare and 1 more)",
        ),
        (Checked((FAILED, ONE)), True, "kept: weights, predictions (any of 2 ways: dot_keras bare)"),
        (Checked((ONE, OTHER), ("weights",), "all"), True, "kept: weights by all 2 ways"),
        (
            Checked((FAILED, ONE, OTHER)),
            True,
            "kept: weights, predictions (any of 3 ways: dot_keras bare and 1 more)",
        ),
        (
            Checked((ONE, FAILED, OTHER), require_ways="all"),
            False,
            "1 of 3 ways does not keep weights, predictions; dot_keras code: weights['x']: missing after reload",
        ),
        (
            Checked((ONE, FAILED, FAILED), require_ways="all"),
            False,
            "2 of 3 ways do not keep weights, predictions; dot_keras code: weights['x']: missing after reload",
        ),
        (
            Checked((replace(verdict("dot_keras", "bare", stage="reload"), failure="ValueError: no such layer"),)),
            False,
            "dot_keras bare: does not reload: ValueError: no such layer",
        ),
        (
            Checked((replace(verdict("dot_keras", "bare", stage="train"), failure="data() is odd"),)),
            False,
            "did not train: data() is odd",
        ),
        (
            Checked((verdict("own", "code", "losses", "predictions"),)),
            False,
            "own code: predictions['x']: missing after reload",
        ),
        (
            Checked((verdict("export", "serving", unseen={"weights": Unseen("no variables")}),)),
            False,
            "export serving: weights not compared: no variables",
        ),
        (
            Checked((verdict("dot_keras", "bare", "weights"), verdict("dot_keras", "code", "weights"))),
            False,
            "none of 2 ways keeps weights, predictions; dot_keras bare: weights['x']: missing after reload",
        ),
    ],
)
def test_the_first_line_is_the_verdict_and_stands_alone(checked, true, line):
    first, second, *_ = str(checked).splitlines()

    assert (true, line, "  versions unknown", line) == (bool(checked), first, second, repr(checked))


def test_what_was_asked_for_and_could_not_be_tried_is_told():
    checked = Checked((ONE,), left_out=("Not tried: shards needs keras>=3.10; this is 2.21.0.",))

    assert "\n\nNot tried: shards needs keras>=3.10; this is 2.21.0." in str(checked)
    assert ["Not tried: shards needs keras>=3.10; this is 2.21.0."] == checked.json()["left_out"]


@pytest.mark.parametrize(
    ("wanted", "ways"),
    [
        (Wanted(), "any"),
        (Wanted(required=("optimizer",)), "any"),
        (Wanted(formats=("dot_keras",)), "all"),
        (Wanted(loaders=("bare",)), "all"),
        (Wanted(formats=("dot_keras",), ways="any"), "any"),
        (Wanted(ways="all"), "all"),
    ],
)
def test_all_ways_that_were_asked_for_by_name_must_keep_it_and_any_of_those_that_were_not(wanted, ways):
    assert ways == wanted.require_ways


def test_what_a_check_leaves_are_arguments(monkeypatch):
    monkeypatch.syspath_prepend(str(TOYS))
    import toy

    left = []
    monkeypatch.setattr("harness.entry.check.run_check", lambda *given: left.append(given[-1]))
    check(build=toy.build, data=toy.data)
    check(build=toy.build, data=toy.data, results="r.jsonl", records=Path("kept"))
    check(build=toy.build, data=toy.data, baseline="b.toml", update_baseline=True)

    assert [
        Output(),
        Output(Path("r.jsonl"), Path("kept")),
        Output(baseline=Path("b.toml"), update=True),
    ] == left


class Ended:
    """A run of which each verdict is known."""

    verdict, notices = None, ()

    def __init__(self, *given):
        pass

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def wait(self, case, seconds):
        return True

    def __getitem__(self, case):
        return self.verdict(case)


@pytest.fixture
def run(monkeypatch, tmp_path):
    """run_check of verdicts that a function makes, in an environment that is made up."""
    made_up = Environment({"tensorflow": "2.21.0", "tf-keras": "2.21.0", "keras": "3.15.0"})

    def run(wanted, verdict, output=OUTPUT):
        monkeypatch.setattr("harness.entry.check.Run", type("Run", (Ended,), {"verdict": staticmethod(verdict)}))
        return run_check(Recipe("m", "m.py"), wanted, made_up, Limits(logs=tmp_path / "logs"), output=output)

    return run


def test_a_way_that_is_not_for_the_model_or_not_possible_here_is_not_among_those_that_were_asked_for(run):
    def unsuited(case):
        return verdict_of(case, stage="save", suits=False, failure="traceless is not for a model of this kind")

    wanted = Wanted(("dot_keras", "shards", "traceless"), ("bare", "rebuild"))
    checked = run(wanted, lambda case: unsuited(case) if case.format == "traceless" else verdict_of(case))

    assert checked
    assert ["dot_keras", "dot_keras"] == [each.case.format for each in checked.verdicts]
    assert (
        "Not tried: shards needs keras>=3.10; this is 2.21.0.",
        "Not tried: traceless is not for a model of this kind.",
    ) == checked.left_out
    assert () == run(Wanted(), verdict_of).left_out
    with pytest.raises(HarnessError, match=r"^shards needs keras>=3\.10; this is 2\.21\.0$"):
        run(Wanted(("shards",)), verdict_of)
    with pytest.raises(HarnessError, match=r"^traceless is not for a model of this kind$"):
        run(Wanted(("traceless",)), unsuited)
    with pytest.raises(HarnessError, match=r"^no format that was asked for goes with a loader that was asked for$"):
        run(Wanted(("export",), ("bare",)), verdict_of)


def outcomes(checked):
    """Way -> aspect -> how it came out."""
    return {
        f"{each.verdict.case.format} {each.verdict.case.loader}": {
            about: outcome.kind for about, outcome in each.outcomes.items()
        }
        for each in checked.results
    }


LOSES_WEIGHTS = verdict("whole_h5", "bare", "weights", "names")
STOPS = replace(verdict("savedmodel", "bare", stage="reload"), failure="ValueError: no")


def test_outcomes_are_held_against_what_is_required():
    found = outcomes(Checked((ONE, LOSES_WEIGHTS, STOPS), require_ways="all"))

    assert {"loading": "passed", "weights": "failed", "predictions": "passed"} == {
        about: kind for about, kind in found["whole_h5 bare"].items() if kind != "skipped"
    }
    assert {"loading", *ASPECTS} == set(found["whole_h5 bare"])
    assert {"loading": "failed"} == found["savedmodel bare"]


def test_where_any_way_is_enough_and_one_is_there_the_others_fail_nothing():
    checked = Checked((ONE, LOSES_WEIGHTS, STOPS))
    outcome = checked.results[1].outcomes["weights"]

    assert (SKIPPED, "any way is enough: dot_keras bare keeps it") == (outcome.kind, outcome.why)
    assert {"loading": "skipped"} == outcomes(checked)["savedmodel bare"]
    none = outcomes(Checked((LOSES_WEIGHTS, STOPS)))
    assert ("failed", "failed") == (none["whole_h5 bare"]["weights"], none["savedmodel bare"]["loading"])


def test_outcomes_say_why():
    seen = Unseen("no variables")
    (result,) = Checked((verdict("export", "serving", "names", unseen={"weights": seen}),)).results
    (other,) = Checked((LOSES_WEIGHTS,), ("weights", "probe")).results

    assert "model-export-serving: weights not compared: no variables" == result.outcomes["weights"].why
    assert "names: not required (1 differences)" == result.outcomes["names"].why
    assert "losses: not required (kept)" == result.outcomes["losses"].why
    assert "weights['x']: missing after reload" in other.outcomes["weights"].why
    assert "model-whole_h5-bare: probe: nobody looked" == other.outcomes["probe"].why


def test_a_check_leaves_results_of_all_ways_and_those_that_are_not_for_the_model_are_skipped(run, tmp_path):
    def verdict(case):
        suits = {"stage": "save", "suits": False, "failure": "traceless is not for this"}
        return verdict_of(case, **(suits if case.format == "traceless" else {}))

    path = tmp_path / "new" / "results.jsonl"
    checked = run(Wanted(("dot_keras", "traceless"), ("bare",)), verdict, Output(path))
    read = Results(path).read()

    assert [each.to_json() for each in checked.results] == [read.results[0].to_json()]
    assert ("", "m.py", checked.hash_seed) == (read.header.row, read.results[0].model, read.header.hash_seed)
    assert ("m-dot_keras-bare of m.py", "m-traceless-bare of m.py") == read.header.intended
    assert {"loading": Outcome(SKIPPED, "traceless is not for this")} == read.results[-1].outcomes
    assert () == read.missing


def test_a_check_that_does_not_come_to_an_end_leaves_results_that_say_so(run, tmp_path):
    def no_verdict(case):
        raise InfrastructureError("the disk is full")

    with pytest.raises(InfrastructureError):
        run(Wanted(("dot_keras",), ("bare",)), no_verdict, Output(tmp_path / "results.jsonl"))
    assert ("m-dot_keras-bare of m.py",) == Results(tmp_path / "results.jsonl").read().missing


def test_a_baseline_decides_whatever_is_required_and_an_update_makes_it_say_what_is_found(run, tmp_path):
    def loses(case):
        return verdict_of(case, Difference("weights", "x", "missing after reload"))

    path, wanted = tmp_path / "roundtrip.toml", Wanted(("dot_keras",), ("bare",))
    assert not run(wanted, loses, Output(baseline=path))
    assert not path.exists()

    assert run(wanted, loses, Output(baseline=path, results=tmp_path / "results.jsonl", update=True))
    assert '\n["m.py"]\ndot_keras.bare.weights = ' in path.read_text()
    assert "known" == Results(tmp_path / "results.jsonl").read().results[0].outcomes["weights"].kind
    assert run(wanted, loses, Output(baseline=path))
    assert not run(wanted, verdict_of, Output(baseline=path))
    with pytest.raises(HarnessError, match=r"^--update-baseline: expected --baseline FILE \(baseline=\) with it"):
        run(wanted, loses, Output(update=True))


def test_what_was_given_wrongly_is_no_verdict(run):
    with pytest.raises(HarnessError, match=r"^my_model\.py, line 7: ModuleNotFoundError: No module named 'x'$"):
        run(
            Wanted(("dot_keras",)),
            lambda case: verdict_of(
                case,
                stage="train",
                refused=True,
                failure="my_model.py, line 7: ModuleNotFoundError: No module named 'x'",
            ),
        )
    assert not run(Wanted(("dot_keras",)), lambda case: verdict_of(case, stage="train", failure="m.py, line 7: no"))


def test_the_line_that_pytest_shows_is_not_too_long_for_it():
    long = Checked((replace(verdict("dot_keras", "bare", stage="reload"), failure="ValueError: " + "why " * 100),))

    assert len(long.headline()) > 240 > len(repr(long))
    assert repr(long).endswith("why...")


def test_in_a_fresh_process_that_imports_its_module_check_goes_no_further(monkeypatch):
    monkeypatch.syspath_prepend(str(TOYS))
    monkeypatch.setenv("ROUNDTRIP_FRESH_PROCESS", "1")
    import toy

    with pytest.raises(Reached):
        check(build=toy.build, data=toy.data)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"seconds": 0}, "seconds 0: expected more than 0, and at most 604800 (a week)"),
        ({"seconds": "5"}, "seconds: expected a number of seconds. Received: '5'"),
        ({"workers": 0}, "workers 0: expected 1 or more"),
        ({"require_ways": "some"}, """require_ways: expected "all" or "any". Received: 'some'"""),
        (
            {"arguments": {"units": {3}}},
            "build: the argument 'units' cannot reach a fresh process: expected a JSON val",
        ),
        ({"keras": 3}, 'keras: expected "2" for legacy Keras or "3" for Keras 3. Received: 3'),
        ({"second": 5}, "check() has no argument 'second'; expected some of build, data, train, save, load, probe, "),
    ],
)
def test_what_check_cannot_use_is_one_sentence(monkeypatch, given, message):
    monkeypatch.syspath_prepend(str(TOYS))
    import toy

    with pytest.raises(HarnessError) as error:
        check(build=toy.build, data=toy.data, **given)
    assert str(error.value).startswith(message)


def test_one_name_is_a_name_and_not_its_letters(monkeypatch):
    monkeypatch.syspath_prepend(str(TOYS))
    import toy

    asked = []
    monkeypatch.setattr("harness.entry.check.run_check", lambda recipe, wanted, *rest: asked.append(wanted))
    check(build=toy.build, data=toy.data, require="weights", formats="dot_keras", loaders="bare")
    check(build=toy.build, data=toy.data, require=["weights"], formats=["dot_keras"], loaders=["bare"])

    assert [Wanted(("dot_keras",), ("bare",), ("weights",))] * 2 == asked


def test_processes_of_one_keras_are_not_taken_for_another(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(TOYS))
    import toy

    with pytest.raises(HarnessError, match=r"keras='3': these processes have Keras 2 \(--roundtrip-keras\)"):
        check(build=toy.build, data=toy.data, keras="3", fleet=Fleet(Environment(), tmp_path))


def test_the_library_is_imported_ahead_only_for_who_uses_it(tmp_path):
    (tmp_path / "plain.py").write_text("import tensorflow")
    (tmp_path / "pretrained.py").write_text("import transformers, keras_hub")

    def libraries(name, keras="2", loaders=()):
        return prepared(Environment(keras=keras), [tmp_path / name], Wanted(loaders=loaders)).library

    assert ["keras", "keras"] == [libraries("plain.py", keras) for keras in ("2", "3")]
    assert ["", ""] == [libraries("pretrained.py", keras) for keras in ("2", "3")]
    assert "" == libraries("plain.py", loaders=("library",))


@pytest.mark.parametrize("given", [{"formats": ["no"]}, {"loaders": ["no"]}, {"require": ["no"]}])
@needs_tensorflow
def test_an_unknown_name_is_one_sentence(given, monkeypatch):
    monkeypatch.syspath_prepend(str(TOYS))
    import toy

    with pytest.raises(HarnessError, match=r"there is no (format|loader|aspect) 'no'; expected one of "):
        check(build=toy.build, data=toy.data, **given)


@needs_tensorflow
def test_the_fixture_does_the_same_as_check(roundtrip, monkeypatch):
    monkeypatch.syspath_prepend(str(TOYS))
    import toy

    verdict = roundtrip(build=toy.build, data=toy.data, formats=["whole_h5"], loaders=["bare"], require=["optimizer"])

    assert verdict, verdict
    assert ["whole_h5"] == [way.format for way in verdict.ways]


@needs_tensorflow
def test_why_it_was_lost_is_told_with_the_layer_and_what_to_write(roundtrip, monkeypatch):
    monkeypatch.syspath_prepend(str(TOYS))
    import toy_forgetful

    checked = roundtrip(
        build=toy_forgetful.build, data=toy_forgetful.data, formats="whole_h5", loaders=["bare", "code"]
    )
    by_loader = {each.case.loader: each for each in checked.verdicts}
    cause, argument = "forgotten_argument", ("ratio", "0.5", "1.0")

    assert [cause] == [each.cause for each in by_loader["code"].causes]
    facts = by_loader["code"].causes[0].facts
    assert argument == (facts["argument"], facts["value"], facts["default"])
    assert ("scaled", True) == (by_loader["code"].first.layer, by_loader["code"].first.same_input)
    # Without the code another reason comes first.
    assert ["unregistered"] == [each.cause for each in by_loader["bare"].causes]
    assert "first to differ: layer 'scaled' (Scaled), call 1, given the same input: off by" in str(checked)
    assert 'in Scaled.get_config: add "ratio": self.ratio' in str(checked)


@needs_tensorflow
def test_where_nothing_is_lost_there_is_no_cause(roundtrip, monkeypatch):
    monkeypatch.syspath_prepend(str(TOYS))
    import toy_forgetful

    (verdict,) = roundtrip(
        build=toy_forgetful.build, data=toy_forgetful.data, formats="tf_weights", loaders=["rebuild"]
    ).verdicts

    assert ((), None) == (verdict.causes, verdict.first)


def test_what_was_not_there_before_saving_is_told_once(monkeypatch):
    unseen = {"tokenizer": Unseen("none"), "resave": Unseen("not tried")}
    checked = Checked(tuple(verdict("whole_h5", loader, unseen=unseen) for loader in ("bare", "code")))

    assert "\n\nNot compared:\n  tokenizer: none\n  resave: not tried\n\n" in checked.full()


def test_ways_that_lost_the_same_are_told_together():
    checked = Checked((verdict("savedmodel", "bare", "weights"), verdict("savedmodel", "code", "weights")))

    assert "savedmodel bare, savedmodel code:\n  weights['x']: missing after reload" in checked.full()


def test_of_one_format_the_way_that_needs_least_is_advised():
    found = ways([verdict("whole_h5", "code"), verdict("whole_h5", "bare"), verdict("dot_keras", "code")], ())

    assert [("whole_h5", "bare"), ("dot_keras", "code")] == [(way.format, way.loader) for way in found]


def test_what_a_simpler_process_could_not_look_at_is_no_reason_to_prefer_another():
    bare = verdict("dot_keras", "bare", unseen={"tokenizer": Unseen("the process has no transformers")})

    assert ["bare"] == [way.loader for way in ways([verdict("dot_keras", "code"), bare], ("weights",))]
    assert ["code"] == [way.loader for way in ways([verdict("dot_keras", "code"), bare], ("tokenizer",))]
    lost = verdict("dot_keras", "bare", "class")
    assert ["bare", "code"] == [way.loader for way in ways([verdict("dot_keras", "code"), lost], ("weights",))]


@needs_tensorflow
def test_packaging_code_that_forgets_a_bias_is_caught(monkeypatch):
    monkeypatch.syspath_prepend(str(TOYS))
    import toy_packaged as mine

    checked = check(build=mine.build, data=mine.data, save=mine.save, load=mine.load, probe=mine.probe)
    (found,) = checked.verdicts

    assert ["label/bias:0"] == [each.name for each in found.about("weights")]
    assert found.about("predictions")
    assert () == found.about("probe")
    assert not checked


MODEL = """
def build():
    import tensorflow as tf
    model = tf.keras.Sequential([tf.keras.Input((2,)), tf.keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    return model
"""
DATA = "def data():\n    return np.ones((4, 2)), np.ones(4)\n"
#: What is in mine.py -> what `check` says, and where: of what was given wrongly in one sentence, 2; or a verdict, 1.
BROKEN = {
    "returns_no_model": (
        f"{DATA}\ndef build():\n    return {{}}",
        2,
        "harness: build() returned dict; expected a compiled Keras model",
    ),
    "data_of_other_lengths": (
        f"{MODEL}\ndef data():\n    return np.ones((4, 2)), np.ones(3)",
        2,
        "harness: data()[1] has 3 examples, and data()[0] has 4; expected as many in each",
    ),
    "data_that_do_not_fit": (
        f"{MODEL}\ndef data():\n    return np.ones((4, 3)), np.ones(4)",
        2,
        "harness: the model that build() returned cannot be called with data() and probes(): ValueError: Input 0",
    ),
    "not_compiled": (
        f"{DATA}\ndef build():\n    from tensorflow import keras\n    return keras.Sequential([keras.layers.Dense(1)])",
        2,
        "harness: build() returned a model that is not compiled",
    ),
    "does_not_import": (f"{DATA}{MODEL}\nimport nothing", 2, "mine.py, line 11: ModuleNotFoundError: No module named"),
    "build_raises": (
        f"{DATA}\ndef build():\n    import tensorflow as tf\n    return tf.keras.layers.Dense(-1)",
        2,
        "harness: build() raised, mine.py, line 7: ValueError: Received an invalid value for `units`",
    ),
    "data_raises": (
        f"{MODEL}\ndef data():\n    return 1 / 0",
        2,
        "data() raised, mine.py, line 10: ZeroDivisionError: ",
    ),
    "does_not_train": (
        f"{DATA}{MODEL}\ndef train(model, x, y):\n    model.fit(x, y, epochs=none)",
        1,
        "did not train: mine.py, line 12: NameError: name 'none' is not defined",
    ),
    "trains_on_what_does_not_fit": (
        f"{DATA}{MODEL}\ndef train(model, x, y):\n\n    model.fit(np.ones((4, 5)), y)",
        1,
        "did not train: mine.py, line 13: ValueError: Input 0 of layer ",
    ),
    "loads_no_model": (
        f"{DATA}{MODEL}\ndef save(model, path):\n    model.save(path + '.h5')\n\ndef load(path):\n    return path",
        1,
        "load() returned str; expected a Keras model",
    ),
    "does_not_save": (
        f"{DATA}{MODEL}\ndef save(model, path):\n    model.write(path)\n\ndef load(path):\n    return path",
        1,
        "own code: does not save: mine.py, line 12: AttributeError: 'Sequential' object has no attribute 'write'",
    ),
}


def write(folder, text):
    (folder / "mine.py").write_text(f"import numpy as np\n{text}\n")
    return folder / "mine.py"


@needs_tensorflow
@pytest.mark.parametrize("name", BROKEN)
def test_what_was_given_wrongly_is_one_sentence_and_what_comes_of_it_a_verdict(tmp_path, roundtrip, name):
    text, code, message = BROKEN[name]
    recipe, packages = recipe_of(write(tmp_path, text))
    wanted = Wanted(("own",), ("code",)) if packages else Wanted(("whole_h5",), ("bare",))
    fleet = roundtrip.keywords["fleet"]

    try:
        found, said = 1, str(run_check(recipe, wanted, fleet.environment, Limits(logs=tmp_path / "logs"), fleet))
    except HarnessError as error:
        found, said = 2, f"harness: {error}"
    assert code == found
    assert message in said
    assert "\n" not in said or code == 1


@needs_tensorflow
def test_on_the_command_line_what_was_given_wrongly_is_told_from_what_comes_of_it(tmp_path, capsys):
    for name in ("does_not_import", "does_not_train"):
        text, code, message = BROKEN[name]
        assert code == main(["check", "--format", "whole_h5", "--loader", "bare", str(write(tmp_path, text))])
        said, refused = capsys.readouterr()
        assert message in (refused if code == 2 else said)
        assert (code == 2) == ("harness: " in refused)  # beside what tells how far it is


@needs_tensorflow
def test_packaging_code_that_only_importing_shows_is_what_is_tried(tmp_path, capsys):
    (tmp_path / "packaging_of_mine.py").write_text("def save(model, path): ...\ndef load(path): ...\n")

    assert 1 == main(["check", str(write(tmp_path, f"from packaging_of_mine import *\n{DATA}{MODEL}"))])
    assert capsys.readouterr().out.startswith("own code: does not ")


SCRIPT = f"""
import numpy as np
from harness import check
{MODEL.replace("build()", "build(units=1)").replace("Dense(1)", "Dense(units)")}
{DATA}
for units in (1, 2):
    verdict = check(build=build, data=data, formats=["whole_h5"], loaders=["bare"], arguments={{"units": units}})
    print(len(verdict.verdicts[0].findings), verdict.verdicts[0].case, repr(verdict))
"""


@needs_tensorflow
@pytest.mark.parametrize("command", [["script.py"], ["-c", "import script"]])
def test_a_script_that_calls_check_at_its_top_level_works_and_ends(tmp_path, command):
    """Fresh processes import it, and get no further than to the call."""
    script = SCRIPT if command == ["script.py"] else SCRIPT.replace("(1, 2)", "(1,)")
    (tmp_path / "script.py").write_text(script)
    done = subprocess.run([sys.executable, *command], capture_output=True, text=True, cwd=tmp_path)

    lines = [
        f"16 script_units_{units}-whole_h5-bare kept: weights, predictions by whole_h5 bare"
        for units in ((1, 2) if command == ["script.py"] else (1,))
    ]
    assert lines == done.stdout.splitlines(), done.stderr


@needs_tensorflow
def test_a_record_is_verified_again_and_compared(tmp_path):
    def harness(*arguments):
        command = [sys.executable, "-m", "harness", *arguments]
        return subprocess.run(command, capture_output=True, text=True, cwd=ROOT)

    cells = [f"plain_layers-{head}-by_string-plain_adam-float32-whole_h5-bare" for head in ("mean_pool", "first_token")]
    results = str(tmp_path / "results.jsonl")
    assert 0 == harness("run", "--matrix=full", *cells, "--records", str(tmp_path), "--results", results).returncode
    one, other = (str(tmp_path / name[: -len("-whole_h5-bare")] / "whole_h5") for name in cells)

    verified = harness("verify", one, "--loader", "bare")
    assert (0, True) == (verified.returncode, "resave: not compared: nothing was saved again" in verified.stdout)
    different = harness("diff", one, other)
    assert (1, True) == (different.returncode, "weights[" in different.stdout)
    assert (0, "no difference\n") == (harness("diff", one, one).returncode, harness("diff", one, one).stdout)
    refused = harness("verify", one, "--loader", "serving")
    assert (2, True) == (
        refused.returncode,
        "whole_h5 is loaded by bare, library, code, rebuild; not by" in refused.stderr,
    )
    Path(one, "inputs.json").unlink()
    assert "the file inputs.json of this record is missing" in harness("verify", one).stderr
    assert all(each.size > 0 for each in Results(Path(results)).read().verdicts)
