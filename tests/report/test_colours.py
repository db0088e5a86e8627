"""Colours: who gets them, and what of a report has them."""

from __future__ import annotations

import io

import pytest

from harness.report.colours import BAD, HEAD, Paint, paint_on, painted


class Stream(io.StringIO):
    def __init__(self, terminal):
        super().__init__()
        self.isatty = lambda: terminal


@pytest.mark.parametrize(
    ("terminal", "variables", "coloured"),
    [
        (True, {}, True),
        (False, {}, False),
        (True, {"TERM": "dumb"}, False),
        (True, {"NO_COLOR": "1"}, False),
        (True, {"NO_COLOR": ""}, True),  # as no-color.org has it
        (False, {"FORCE_COLOR": "1"}, True),
        (False, {"FORCE_COLOR": ""}, False),
        (True, {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
    ],
)
def test_a_terminal_has_colours_unless_it_is_told_otherwise(terminal, variables, coloured):
    assert Paint(coloured) == paint_on(Stream(terminal), variables)


def test_paint_ends_where_the_text_ends():
    assert "\x1b[1;31mlost\x1b[0m" == Paint(True)("lost", HEAD, BAD)
    assert "lost" == Paint(False)("lost", BAD)
    assert "" == Paint(True)("", BAD)


REPORT = """none of 1 ways keeps weights
  tensorflow 2.0

Nothing that was tried keeps weights.

(1) because X
    write: in X: y
"""


def test_of_a_report_the_first_line_headings_and_what_to_write_stand_out():
    told = painted(REPORT, False, Paint(True)).splitlines()

    assert "\x1b[1;31mnone of 1 ways keeps weights\x1b[0m" == told[0]
    assert "\x1b[1mNothing that was tried keeps weights.\x1b[0m" == told[3]
    assert "\x1b[1m    write: in X: y\x1b[0m" == told[6]
    assert ["  tensorflow 2.0", "", "(1) because X"] == [told[1], told[2], told[5]]


def test_without_colours_a_report_is_as_it_was():
    assert REPORT == painted(REPORT, True, Paint(False))
