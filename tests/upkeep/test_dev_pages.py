from __future__ import annotations

import io

import pytest

from dev.markers import put
from dev.pages import TABLES, main
from harness.nouns import HarnessError

PAGE = "before\n<!-- t -->\nold\n<!-- /t -->\nafter\n"


@pytest.fixture
def page(tmp_path):
    path = tmp_path / "README.md"
    path.write_text(PAGE)
    return path


def given(monkeypatch, text):
    monkeypatch.setattr("sys.stdin", io.StringIO(text))


def test_a_text_takes_the_place_between_its_markers(page):
    put(page, "t", "new")

    assert "before\n<!-- t -->\nnew\n<!-- /t -->\nafter\n" == page.read_text()


def test_a_page_without_the_markers_is_refused(page):
    with pytest.raises(HarnessError, match="expected the markers <!-- u --> and <!-- /u -->"):
        put(page, "u", "new")

    assert PAGE == page.read_text()


def test_what_comes_from_standard_input_is_put_in_every_page(page, monkeypatch):
    given(monkeypatch, "one\ntwo\n")

    assert 0 == main(["t", str(page)])
    assert PAGE.replace("old", "one\ntwo") == page.read_text()


def test_a_command_that_said_nothing_leaves_the_page_as_it_is(page, monkeypatch, capsys):
    given(monkeypatch, "")

    assert 2 == main(["t", str(page)])
    assert "pages: t: nothing came from standard input; the pages stay as they are\n" == capsys.readouterr().err
    assert PAGE == page.read_text()


def test_a_page_is_looked_at_before_anything_is_read(page, monkeypatch, capsys):
    monkeypatch.setattr("sys.stdin", None)

    assert 2 == main(["u", str(page)])
    assert f"pages: {page}: expected the markers <!-- u --> and <!-- /u -->\n" == capsys.readouterr().err
    assert 2 == main(["t", "no.md"])
    assert "pages: no.md: cannot be read (No such file or directory)\n" == capsys.readouterr().err


def test_a_table_that_is_known_is_drawn(page, monkeypatch, capsys):
    monkeypatch.setitem(TABLES, "t", lambda: "| drawn |")

    assert 0 == main(["t", str(page)])
    assert PAGE.replace("old", "| drawn |") == page.read_text()
    assert 0 == main(["t"])
    assert "| drawn |\n" == capsys.readouterr().out
    assert {"rows", "formats", "t"} == set(TABLES)
