from __future__ import annotations

import pytest

from harness.environment import Environment
from harness.known_failures import KnownFailure, find, matches

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


def test_every_line_must_be_expected_and_every_expectation_met():
    entry = KnownFailure("*-h5-bare", "optimizer", ("iterations", "values differ"), "link")

    assert "" == entry.unexplained(["iterations: 0, but should be 4", "3 of 4 values differ"])
    assert "expected, but not found: values differ" == entry.unexplained(["iterations: 0, but should be 4"])
    assert "found, but not expected: m: missing after reload" == entry.unexplained(
        ["iterations: 0, but should be 4", "3 of 4 values differ", "m: missing after reload"]
    )


def test_two_entries_for_one_failure_are_refused():
    twice = [KnownFailure(cells, "reload", ("message",), "link") for cells in ("a-h5-bare", "*-h5-bare")]

    with pytest.raises(ValueError, match=r"a-h5-bare, reload: 2 known failures claim it: a-h5-bare, \*-h5-bare"):
        find(twice, "a-h5-bare", "reload", HERE)
