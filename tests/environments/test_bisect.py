from __future__ import annotations

from pathlib import Path

import pytest
from verdict_of import verdict_of

from harness.driver.settings import Settings
from harness.environments.bisect import (
    WHOLE,
    Search,
    Span,
    as_markdown,
    find_changes,
    halving,
    hindrance,
    minors,
    spans,
    summarize,
    within,
)
from harness.environments.package_index import Release, read_files
from harness.environments.table import NEEDED, Row
from harness.nouns import Case, HarnessError, InfrastructureError, Recipe
from harness.verdict import Difference

RELEASES = [Release(f"4.{minor}.{patch}", f"2023-{minor + 1:02}-01") for minor in range(8) for patch in range(3)]
COARSE = minors(RELEASES)


def tried(see, limit=99, every=False):
    looked = []

    def look(place):
        looked.append(place)
        return see(place)

    return looked, find_changes(len(RELEASES), COARSE, look, limit, every)


def changes(seen):
    places = list(seen)
    return [(a, b) for a, b in zip(places, places[1:]) if seen[a] != seen[b]]


@pytest.mark.parametrize("change", range(1, len(RELEASES)))
def test_one_change_is_found_exactly_and_soon(change):
    looked, seen = tried(lambda place: place >= change)

    assert [(change - 1, change)] == changes(seen)
    assert len(looked) == len(set(looked)) <= 7


@pytest.mark.parametrize("first", range(4, 18))
def test_a_window_between_ends_that_agree_is_found_exactly(first):
    looked, seen = tried(lambda place: first <= place < first + 4)

    assert [(first - 1, first), (first + 3, first + 4)] == changes(seen)
    assert len(looked) == len(set(looked))


def test_without_a_change_every_minor_is_tried_once():
    looked, seen = tried(lambda place: "same")

    assert sorted({0, *COARSE}) == sorted(looked) == list(seen)


def test_every_minor_is_tried_where_several_changes_are_looked_for():
    see = lambda place: (place >= 5) + (9 <= place < 12)  # noqa: E731

    assert [(4, 5), (8, 9), (11, 12)] == changes(tried(see, every=True)[1])


def test_the_limit_is_kept():
    looked, _ = tried(lambda place: place >= 11, limit=4)

    assert 4 == len(looked)


def test_halving_visits_every_place_once_the_middle_first():
    assert 4 == next(halving(range(9)))
    assert list(range(9)) == sorted(halving(range(9)))


def test_minors_are_numbers_not_text():
    assert [1, 2] == minors([Release("4.9.0", ""), Release("4.9.1", ""), Release("4.10.0", "")])


def test_spans_say_what_was_not_tried():
    found = spans(RELEASES, {0: "a", 3: "a", 8: "b", 9: "b"})

    assert [("4.0.0", "4.1.0", "a", 4), ("4.2.2", "4.3.0", "b", 0)] == [
        (span.first.version, span.last.version, span.summary, span.untried) for span in found
    ]
    row = Row("tf215", "3.11", "2", (), "keras", "each", "versions", "")
    assert "| 4.0.0 (2023-01-01) to 4.1.0 (2023-02-01), then 4 not tried | x | a |" in as_markdown(
        row, "p", {"x": found}
    )


def test_releases_between_two():
    assert ["4.1.1", "4.1.2", "4.2.0"] == [each.version for each in within(RELEASES, "4.1.1", "4.2")]
    with pytest.raises(HarnessError, match=r"between 5 and the last; there are 4\.0\.0 to 4\.7\.2"):
        within(RELEASES, "5", "")
    with pytest.raises(HarnessError, match=r"--between x 5: expected two versions \(Invalid version: 'x'\)"):
        within(RELEASES, "x", "5")


def test_the_summary_of_a_verdict():
    case = Case(Recipe("a", ""), "savedmodel", "library")
    lost = Difference("weights", "w", "is 1, but should be 2 (off by 1)")

    assert WHOLE == summarize(verdict_of(case))
    assert "loads, lost: weights" == summarize(verdict_of(case, lost, lost))
    assert "reload: ValueError: no" == summarize(verdict_of(case, stage="reload", failure="ValueError: no\nmore"))


def test_what_hinders_neighbours_is_the_same():
    said = "the agent of /e/{0}/python ended with code 1: the fork server ended while it imported x: No y (log: /l/{0})"

    hindrances = {hindrance(said.format(each.version), each) for each in RELEASES}

    assert {"cannot be used: the fork server ended while it imported x: No y"} == hindrances
    assert "cannot be used: p it is too new" == hindrance("tf215: p 4.1.2 is too new", Release("4.1.2", ""))


def test_one_package_is_exchanged_and_all_else_is_as_the_row_asks():
    row = Row("a", "3.11", "2", ("tensorflow==2.15.1", "Some.Package<3"), everywhere=("sentencepiece",))
    search = Search(row, "some-package", RELEASES, [], Settings(Path(), Path()))

    expected = ["tensorflow==2.15.1", *NEEDED, "sentencepiece", "some-package==4.0.0"]
    assert expected == search.requirements(RELEASES[0])


def test_a_release_that_cannot_be_had_is_told_and_leaves_no_environment(tmp_path, monkeypatch):
    made = []

    def make(path, name, python, requirements):
        path.mkdir()
        made.append((name, python))
        raise InfrastructureError(f"{name}: its environment cannot be made: no wheel")

    monkeypatch.setattr("harness.environments.bisect.make", make)
    case, said = Case(Recipe("a", ""), "savedmodel", "bare"), []
    row = Row("tf215", "3.11", "2", ("tensorflow==2.15.1",))
    search = Search(row, "p", RELEASES[:2], [case], Settings(tmp_path, tmp_path), folder=tmp_path, say=said.append)

    assert {case.id: [Span(RELEASES[0], RELEASES[1], "cannot be installed", 0)]} == search.run()
    assert [("tf215-p-4.0.0", "3.11"), ("tf215-p-4.0.1", "3.11")] == made
    assert [] == list(tmp_path.iterdir())
    assert "tf215-p-4.0.0: its environment cannot be made: no wheel" == said[0]
    assert "p 4.0.0 (2023-01-01): cannot be installed" == said[1]


def file(name, **facts):
    return {"filename": name, "requires-python": ">=3.8", "yanked": False, **facts}


def test_releases_are_read_from_the_files_of_an_index():
    files = [
        file("p-1.10-py3-none-any.whl", **{"upload-time": "2024-05-02T10:00:00Z"}),
        file("p-1.9-py3-none-any.whl", **{"upload-time": "2024-03-02T10:00:00Z"}),
        file("p-1.9-cp311-cp311-linux_x86_64.whl", **{"upload-time": "2024-03-01T10:00:00Z"}),
        file("p-1.8.tar.gz"),
        file("p-1.11rc1-py3-none-any.whl"),
        file("p-1.12-py3-none-any.whl", yanked="broken"),
        file("p-2.0-py3-none-any.whl", **{"requires-python": ">=3.12"}),
        file("p-0.1-py3-none-any.whl", **{"requires-python": None}),
    ]

    assert [("0.1", ""), ("1.9", "2024-03-01"), ("1.10", "2024-05-02")] == [
        (each.version, each.day) for each in read_files(files, "3.11")
    ]
