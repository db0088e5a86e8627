"""Configs as JSON: what is bookkeeping stays silent, what is the model does not."""

from __future__ import annotations

import base64
import marshal

import numpy as np
import pytest

from harness.fresh.canonical import canonical, what_code_does


class WithConfig:
    def __init__(self, **config):
        self.config = config

    def get_config(self):
        return self.config


class Shape:
    rank = 2

    def as_list(self):
        return [None, 3]


class HuggingFaceConfig:
    def to_dict(self):
        return {"hidden_size": 8, "_name_or_path": "/somewhere"}


def relu(x):
    return x


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        pytest.param((1, [2.5, None, True]), [1, [2.5, None, True]], id="plain"),
        pytest.param({1: b"a\xff"}, {"1": "a\\xff"}, id="bytes"),
        pytest.param({"b", "a"}, ["a", "b"], id="set"),
        pytest.param(np.float32(0.5), 0.5, id="scalar"),
        pytest.param(np.arange(3), [0, 1, 2], id="array"),
        pytest.param(np.dtype("float32"), "float32", id="dtype"),
        pytest.param(relu, "relu", id="function"),
        pytest.param(WithConfig, "WithConfig", id="class"),
        pytest.param(WithConfig(units=2), {"class": "WithConfig", "config": {"units": 2}}, id="object"),
        pytest.param(Shape(), [None, 3], id="shape"),
        pytest.param(HuggingFaceConfig(), {"hidden_size": 8}, id="hugging_face_config"),
        pytest.param(object(), "object", id="anything"),
    ],
)
def test_a_config_becomes_json(value, expected):
    assert expected == canonical(value)


@pytest.mark.parametrize(
    "bookkeeping",
    [
        {"_name_or_path": "/tmp/one"},
        {"architectures": ["XLMRobertaModel"]},
        {"build_config": {"input_shape": [8, 3]}},
        {"module": "keras.layers", "registered_name": "Custom>Layer"},
        {"shared_object_id": 7},
    ],
)
def test_bookkeeping_is_not_the_model(bookkeeping):
    assert {"units": 2} == canonical({"units": 2, **bookkeeping})


def test_one_class_has_one_name():
    assert canonical({"class_name": "Layer"}) == canonical({"class_name": "Custom>Layer"})
    assert canonical({"class_name": "Layer"}) != canonical({"class_name": "Custom>Other"})


def lambda_of(source, file="here.py", lines=0):
    """The code of a lambda that stands in some file, as Keras writes it."""
    (code,) = (each for each in compile("\n" * lines + source, file, "eval").co_consts if hasattr(each, "co_code"))
    return base64.encodebytes(marshal.dumps(code)).decode()


LAMBDA_CONFIGS = {
    "keras 3": lambda code: {"function": {"class_name": "__lambda__", "config": {"code": code, "closure": [3]}}},
    "keras 2": lambda code: {"function": (code, None, [3]), "function_type": "lambda"},
}


@pytest.mark.parametrize("config", LAMBDA_CONFIGS.values(), ids=LAMBDA_CONFIGS)
def test_a_lambda_is_what_it_does_and_not_where_it_stood(config):
    source = "lambda x: (x + 2, lambda y: y in {1, 2})"
    here, there = lambda_of(source), lambda_of(source, "there.py", 7)

    assert here != there
    assert canonical(config(here)) == canonical(config(there))


@pytest.mark.parametrize("config", LAMBDA_CONFIGS.values(), ids=LAMBDA_CONFIGS)
@pytest.mark.parametrize(
    "other",
    [
        "lambda x: x + 3",
        "lambda x: x + 2.0",
        "lambda x: x - 2",
        "lambda y: y + 2",
        "lambda x, y=1: x + 2",
        "lambda *x: x + 2",
        "lambda x: len(x)",
        "lambda x: (lambda: x + 2)()",
    ],
)
def test_a_lambda_that_does_something_else_is_another(config, other):
    assert canonical(config(lambda_of("lambda x: x + 2"))) != canonical(config(lambda_of(other)))


def test_a_lambda_inside_of_a_lambda_counts():
    inner = ["lambda: lambda x: x + 2", "lambda: lambda x: x + 3"]

    assert 2 == len({what_code_does(lambda_of(each)) for each in inner})


def test_what_a_lambda_closes_over_is_a_setting():
    assert canonical({"function": ("", None, [3]), "function_type": "lambda"}) != canonical(
        {"function": ("", None, [4]), "function_type": "lambda"}
    )


NO_CODE = base64.b64encode(marshal.dumps([1, 2])).decode()


@pytest.mark.parametrize("text", ["relu", "", None, 7, "not base64 at all", "4wEA", NO_CODE])
def test_what_is_no_code_stays_as_it_is(text):
    assert text == what_code_does(text)
