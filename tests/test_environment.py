from __future__ import annotations

import pytest

from harness.environment import BLANK, FULL, PLAIN, Environment
from harness.nouns import InfrastructureError

NEW = {"tensorflow": "2.21.0", "tf-keras": "2.21.0", "keras": "3.15.1", "transformers": "4.57.6", "python": "3.11.7"}
MIXED = {"tensorflow": "2.15.1", "tf-keras": "2.15.1", "keras": "2.15.0", "transformers": "4.57.6", "python": "3.11.7"}
OLD = {"tensorflow": "2.10.1", "keras": "2.10.0", "transformers": "4.35.2", "python": "3.10.13"}


def without(versions, package):
    return {name: version for name, version in versions.items() if name != package}


def test_a_complete_environment_is_accepted():
    Environment(NEW).check()
    Environment(NEW, keras="3").check()
    Environment(OLD).check()


@pytest.mark.parametrize(
    ("environment", "message"),
    [
        (
            Environment({}, python="py"),
            r"py has no TensorFlow; install the default row's with: pip install 'roundtrip-harness\[default\]'",
        ),
        (
            Environment(without(NEW, "tf-keras"), python="py"),
            r"TensorFlow 2\.21\.0 has legacy Keras only with tf-keras, which py lacks; "
            r"install it with: pip install tf-keras==2\.21\.\*",
        ),
        (Environment(OLD, keras="3"), r"Keras 3 needs TensorFlow 2\.16 or later; this is 2\.10\.1"),
    ],
)
def test_what_is_missing_is_one_sentence(environment, message):
    with pytest.raises(InfrastructureError, match=message):
        environment.check()


def test_legacy_keras_is_asked_for_where_it_must_be():
    assert "1" == Environment(NEW).variables()["TF_USE_LEGACY_KERAS"]
    assert "0" == Environment(NEW, keras="3").variables()["TF_USE_LEGACY_KERAS"]
    assert "TF_USE_LEGACY_KERAS" not in Environment(OLD).variables()
    # transformers would ask for it in the middle of a process.
    assert "1" == Environment(MIXED).variables()["TF_USE_LEGACY_KERAS"]
    assert "TF_USE_LEGACY_KERAS" not in Environment(without(MIXED, "tf-keras")).variables()


def test_what_the_user_has_set_stands(monkeypatch):
    monkeypatch.setenv("TF_CPP_MIN_LOG_LEVEL", "0")

    assert "0" == Environment(NEW).variables()["TF_CPP_MIN_LOG_LEVEL"]


def test_only_the_full_profile_knows_transformers_and_the_blank_one_nothing():
    assert ("tensorflow", "tf_keras") == Environment(NEW).preload(PLAIN)
    assert ("tensorflow", "tf_keras") == Environment(MIXED).preload(PLAIN)
    assert "transformers.optimization_tf" in Environment(NEW).preload(FULL)
    assert ("tensorflow", "keras") == Environment(without(OLD, "transformers")).preload(FULL)
    assert () == Environment(NEW).preload(BLANK)


@pytest.mark.parametrize(
    ("environment", "needs", "expected"),
    [
        (Environment(NEW), ("keras<3",), ""),
        (Environment(NEW, keras="3"), ("keras<3",), "keras<3; this is 3.15.1"),
        (Environment(OLD), ("tensorflow>=2.13",), "tensorflow>=2.13; this is 2.10.1"),
        (Environment(without(OLD, "transformers")), ("transformers",), "transformers, which is not installed"),
        (Environment(OLD), (), ""),
    ],
)
def test_what_a_need_lacks_is_told(environment, needs, expected):
    assert expected == environment.unmet(needs)


def test_the_keras_that_is_not_used_is_not_named():
    assert "keras" not in Environment(NEW).deciding
    assert "tf-keras" not in Environment(NEW, keras="3").deciding
    assert "keras" not in Environment(MIXED).deciding
