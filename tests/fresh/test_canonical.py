"""Configs as JSON: what is bookkeeping stays silent, what is the model does not."""

from __future__ import annotations

import numpy as np
import pytest

from harness.fresh.canonical import canonical


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
