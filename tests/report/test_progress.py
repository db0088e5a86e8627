"""What is told of a run while somebody waits for it."""

from __future__ import annotations

import io

import pytest

from harness.driver.run import Now
from harness.nouns import Case, Recipe
from harness.report import progress
from harness.report.progress import Progress, progress_on, told

CASE = Case(Recipe("recipe", "subject"), "savedmodel", "bare")


class PlayedRun:
    """Has the verdict after some looks, each of which takes its seconds."""

    notices = ()

    def __init__(self, looks, clock):
        self._looks, self._clock = looks, clock
        self.now = Now(3, 12, ("train recipe", "load other-savedmodel-bare"))

    def wait(self, case, seconds):
        self._looks -= 1
        if self._looks >= 0:
            self._clock.seconds += seconds
        return self._looks < 0

    def __getitem__(self, case):
        return f"verdict of {case}"


class Clock:
    seconds = 0.0

    def __call__(self):
        return self.seconds


def play(looks, terminal):
    """Wait so many seconds; returns what was written."""
    written, clock = [], Clock()
    shown = Progress(written.append, terminal, clock)
    assert f"verdict of {CASE}" == shown.verdict(PlayedRun(looks, clock), CASE)
    shown.clear()
    return written


@pytest.mark.parametrize(
    ("now", "seconds", "line"),
    [
        (Now(0, 12), 5, "[0/12] 0:05"),
        (Now(0, 12, ("train a",)), 65, "[0/12] 1:05; train a"),
        (Now(3, 12, ("load a", "load b")), 15, "[3/12] 0:15, about 45 s left; load a, load b"),
        (Now(3, 12), 90, "[3/12] 1:30, about 4 min left"),
        (Now(1, 101), 72, "[1/101] 1:12, about 2 h 0 min left"),
        (Now(12, 12), 3700, "[12/12] 61:40, about 0 s left"),
    ],
)
def test_a_line_says_how_far_it_is_how_long_it_takes_and_what_runs(now, seconds, line):
    assert line == told(now, seconds)


def test_on_a_terminal_one_line_is_rewritten_and_gone_in_the_end(monkeypatch):
    monkeypatch.setenv("COLUMNS", "29")
    written = play(2, terminal=True)

    assert ["\r\x1b[K[3/12] 0:00, about 0 s left;", "\r\x1b[K[3/12] 0:01, about 3 s left;", "\r\x1b[K"] == written


def test_elsewhere_there_is_a_line_every_half_minute():
    assert [] == play(30, terminal=False)
    assert [
        "[3/12] 0:30, about 2 min left; train recipe, load other-savedmodel-bare\n",
        "[3/12] 1:00, about 3 min left; train recipe, load other-savedmodel-bare\n",
    ] == play(61, terminal=False)


def test_who_waits_not_at_all_is_told_nothing():
    assert [] == play(0, terminal=True)


@pytest.mark.parametrize(("lines", "count"), [(True, 1), (False, 0)])
def test_a_stream_that_is_no_terminal_has_lines_only_if_they_are_wanted(monkeypatch, lines, count):
    monkeypatch.setattr(progress, "LINE", 0.0)
    stream = io.StringIO()
    progress_on(stream, lines=lines).show(Now(0, 1))

    assert count == stream.getvalue().count("[0/1] 0:00\n")


@pytest.mark.parametrize("terminal", [False, True])
def test_what_has_happened_besides_is_told_once_and_at_once(terminal):
    written = []
    clock = Clock()
    shown = Progress(written.append, terminal, clock)
    for notices in ((), ("one died",), ("one died",), ("one died", "two died")):
        run = PlayedRun(1, clock)
        run.notices = notices
        shown.verdict(run, CASE)

    lines = [each for each in written if "died" in each]
    assert ["one died\n", "two died\n"] == lines


def test_what_has_happened_while_nobody_had_to_wait_is_told():
    written = []
    run = PlayedRun(0, Clock())
    run.notices = ("one died",)
    Progress(written.append, False, Clock()).verdict(run, CASE)

    assert ["one died\n"] == written
