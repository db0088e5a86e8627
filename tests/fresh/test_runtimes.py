"""What a runtime without TensorFlow shows, with numpy as the runtime; checked without TensorFlow."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace

import numpy as np
import pytest

from harness.formats.format import Declared, Runtime
from harness.fresh.observe import observe_runtime
from harness.nouns import ASPECTS, NAMES, OUTPUTS, PREDICTIONS, RUNTIME, SIGNATURE, Case, Recipe
from harness.observation import Hidden, Observation
from harness.record.batches import Inputs
from harness.verdict import Lost
from harness.verdicts.judge import judge

X = np.linspace(-1, 1, 40, dtype="float32").reshape(8, 5)
IDS = np.arange(40, dtype="int32").reshape(8, 5)
CASE = Case(Recipe("series", "series"), "tf2onnx", RUNTIME)
TAKES, GIVES = Declared("float32", (None, None)), Declared("float32", (None, 2))


def answer(x):
    means = np.tanh(x).mean(axis=1)
    return np.stack([means, 1 - means], axis=-1).astype("float32")


GOOD = Runtime({"series": TAKES}, {"label": GIVES}, lambda arrays: {"label": answer(arrays["series"])})

#: What a Keras model shows that answers the same.
EXPECTED = Observation(
    {
        NAMES: {OUTPUTS: ["label"]},
        PREDICTIONS: {"same": answer(X), "one": answer(X[:1])},
        SIGNATURE: {
            "input/series": ["float32", [None, None]],
            "output": ["float32", [None, 2]],
            "shorter": answer(X[:3, :-1]),
            "padded": answer(np.pad(X[:3], [(0, 0), (0, 2)])),
        },
    }
)


def seen(runtime, x=X, dtypes=None):
    return observe_runtime(runtime, Inputs((x, None), {"same": x, "one": x[:1]}), dtypes or {"series": "float32"})


def lost(runtime):
    findings = judge(CASE, EXPECTED, seen(runtime))
    return {aspect for aspect, finding in findings.items() if isinstance(finding, Lost)}


def _rounded(arrays):
    return {"label": answer(arrays["series"]).astype("float16").astype("float32")}


def _of_length_5(arrays):
    if arrays["series"].shape[1] != 5:
        raise ValueError("got invalid dimensions for input: series")
    return GOOD.run(arrays)


DAMAGES = {
    "computed_in_half_precision": (replace(GOOD, run=_rounded), {PREDICTIONS, SIGNATURE}),
    "input_renamed": (
        Runtime({"x": TAKES}, GOOD.gives, lambda arrays: GOOD.run({"series": arrays["x"]})),
        {SIGNATURE},
    ),
    "output_renamed": (
        Runtime(GOOD.takes, {"y": GIVES}, lambda arrays: {"y": answer(arrays["series"])}),
        {SIGNATURE},
    ),
    "takes_doubles": (replace(GOOD, takes={"series": Declared("float64", (None, None))}), {SIGNATURE}),
    "axis_frozen": (replace(GOOD, takes={"series": Declared("float32", (None, 5))}, run=_of_length_5), {SIGNATURE}),
    "raises": (replace(GOOD, run=lambda arrays: 1 / 0), {PREDICTIONS, SIGNATURE}),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_exactly_the_right_aspects_are_lost(name):
    runtime, lights = DAMAGES[name]

    assert lights == lost(runtime) | ({PREDICTIONS} if PREDICTIONS in seen(runtime).hidden else set())


def test_nothing_is_lost_where_it_answers_the_same():
    assert set() == lost(GOOD)


def test_of_all_else_it_is_said_that_there_is_no_model():
    shown = seen(GOOD)

    assert {PREDICTIONS, SIGNATURE} == set(shown.facts)
    assert set(ASPECTS) - {PREDICTIONS, SIGNATURE, "warnings"} == set(shown.hidden)
    assert Hidden("a runtime has a function, no Keras model and no variables") == shown.hidden["weights"]


def test_a_list_is_handed_on_in_the_order_of_the_models_inputs_and_not_of_the_runtimes():
    takes = {"left": TAKES, "right": TAKES}
    minus = Runtime(takes, {"y": TAKES}, lambda arrays: {"y": arrays["right"] - arrays["left"]})
    x = [X + 1, X]

    for batch in (x, {"right": x[0], "left": x[1]}):
        inputs = Inputs((batch, None), {"same": batch})
        facts = observe_runtime(minus, inputs, {"right": "float32", "left": "float32"}).facts[PREDICTIONS]
        assert (x[0] - x[1]).tolist() == facts["same/y"].tolist()


def test_numbers_are_cast_to_what_the_model_took_and_integers_are_tried_as_they_are():
    given = []

    def run(arrays):
        given.append(arrays["series"].dtype.name)
        if given[-1] == "int64":
            raise TypeError("unexpected input data type: int64, expected int32")
        return {"label": arrays["series"]}

    ids = Runtime({"series": Declared("int32", (None, 5))}, {"label": Declared("int32", (None, 5))}, run)
    facts = seen(ids, IDS.astype("int64"), {"series": "int32"}).facts

    assert ["int32", "int32"] == given[:2]
    assert (True, False) == (facts[SIGNATURE]["takes int32"], facts[SIGNATURE]["takes int64"])


def test_nothing_that_reads_for_a_runtime_imports_tensorflow():
    code = "import sys, harness.fresh.reload, harness.formats; print('tensorflow' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "False" == done.stdout.strip()
