from __future__ import annotations

from harness.report.markdown import markdown_table


def test_the_first_row_is_the_head_and_a_bar_stays_a_bar():
    expected = "| a | b |\n| --- | --- |\n| 1 | x \\| y |"

    assert expected == markdown_table([["a", "b"], ["1", "x | y"]])


def test_a_head_alone_is_a_table():
    assert "| a |\n| --- |" == markdown_table([["a"]])
