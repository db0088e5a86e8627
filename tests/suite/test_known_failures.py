from __future__ import annotations

import pytest

from harness.environment import Environment
from harness.suite.known_failures import KnownFailure, find, matches, unexplained

HERE = Environment(
    versions={"tensorflow": "2.21.0", "tf-keras": "2.21.0", "transformers": "4.57.6", "python": "3.11.7"}
)


@pytest.mark.parametrize(
    ("pattern", "id", "expected"),
    [
        ("a-b-h5-bare", "a-b-h5-bare", True),
        ("a-*-h5-bare", "a-b-h5-bare", True),
        ("*-h5-bare", "a-b-h5-bare", True),
        ("*-h5-bare", "example-h5-bare", True),
        ("a|c-b-h5-bare", "a-b-h5-bare", True),
        ("!c|d-b-h5-bare", "a-b-h5-bare", True),
        ("!a|d-b-h5-bare", "a-b-h5-bare", False),
        ("a-b-h5", "a-b-h5-bare", False),
        ("a-b-h5-library", "a-b-h5-bare", False),
        ("*-bare-h5", "a-b-h5-bare", False),
    ],
)
def test_a_pattern_matches_part_by_part(pattern, id, expected):
    assert expected is matches(pattern, id)


def test_an_entry_applies_only_under_its_versions():
    entry = KnownFailure("*-h5-bare", "reload", ("Unknown layer",), "link", when=("tensorflow<2.16",))

    assert not entry.applies("a-h5-bare", HERE)
    assert entry.applies("a-h5-bare", Environment(versions={"tensorflow": "2.15.1", "python": "3.11.7"}))


STEPS = KnownFailure("*-h5-bare", "optimizer", ("iterations", "values differ"), "link")
NAMES = KnownFailure("a-h5-bare", "optimizer", ("names changed",), "other link")


def test_every_line_must_be_expected_and_every_expectation_met():
    both = ["iterations: 0, but should be 4", "3 of 4 values differ"]

    assert unexplained([STEPS], both) is None
    assert (STEPS, "expected, but not found: values differ") == unexplained([STEPS], both[:1])
    assert (STEPS, "found, but not expected: m: missing after reload") == unexplained(
        [STEPS], [*both, "m: missing after reload"]
    )


def test_several_entries_must_all_show_and_explain_a_failure_together():
    both = ["iterations: 0, but should be 4", "3 of 4 values differ"]

    assert unexplained([STEPS, NAMES], [*both, "3 of 4 names changed"]) is None
    assert (NAMES, "expected, but not found: names changed") == unexplained([STEPS, NAMES], both)


def test_all_entries_that_apply_are_found():
    assert (STEPS, NAMES) == find([STEPS, NAMES], "a-h5-bare", "optimizer", HERE)
    assert (STEPS,) == find([STEPS, NAMES], "b-h5-bare", "optimizer", HERE)
    assert () == find([STEPS, NAMES], "a-h5-bare", "weights", HERE)


SEVERAL = KnownFailure(("a-*-bare", "*-h5-bare"), ("weights", "resave"), ("names changed",), "link", ("keras<3",))


def test_an_entry_may_name_several_patterns_and_aspects():
    weights = KnownFailure("a-*-bare", "weights", ("names changed",), "link", ("keras<3",))

    assert (weights,) == find([SEVERAL], "a-x-bare", "weights", HERE)
    assert ["resave"] == [each.about for each in find([SEVERAL], "b-h5-bare", "resave", HERE)]
    assert () == find([SEVERAL], "b-x-bare", "weights", HERE)
    assert () == find([SEVERAL], "a-x-bare", "optimizer", HERE)
    assert () == find(
        [SEVERAL], "a-x-bare", "weights", Environment(versions={**HERE.versions, "keras": "3.10.0"}, keras="3")
    )


def test_of_several_patterns_each_that_matches_is_found():
    assert ["a-*-bare", "*-h5-bare"] == [each.cells for each in find([SEVERAL], "a-h5-bare", "weights", HERE)]


def test_an_entry_has_a_part_for_each_pattern_and_aspect():
    assert [(each.cells, each.about) for each in SEVERAL.parts()] == [
        ("a-*-bare", "weights"),
        ("a-*-bare", "resave"),
        ("*-h5-bare", "weights"),
        ("*-h5-bare", "resave"),
    ]
    assert [STEPS] == list(STEPS.parts())
