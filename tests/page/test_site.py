from __future__ import annotations

import os
import re
import stat
import sys
from html.parser import HTMLParser

import pytest
from environments.test_cross_tables import CROSSED
from results_of import result_of, written

from harness.entry.command_line import main
from harness.environments.cross_tables import as_json
from harness.nouns import OPTIMIZER, WEIGHTS
from harness.observation import Clue
from harness.suite.expectations import FAILED, KNOWN, LOADING, PASSED, Outcome
from harness.verdict import Difference

pytest.importorskip("jinja2", reason="pages are written by jinja2, which roundtrip-harness[report] brings")

LINK = "https://github.com/keras-team/tf-keras/issues/36"


class Read(HTMLParser):
    """What a page has: ids, and where its links lead."""

    def __init__(self, page):
        super().__init__()
        self.ids, self.links, self.loaded = [], [], []
        self.feed(page)

    def handle_starttag(self, tag, attrs):
        values = dict(attrs)
        self.ids += [values["id"]] if "id" in values else []
        self.links += [values["href"]] if tag == "a" else []
        self.loaded += [values.get("src") or values.get("href")] if tag in ("script", "link", "img") else []


def lost(recipe="m", kind=KNOWN, count=12, **facts):
    slots = [Difference(OPTIMIZER, f"slot {number}", "is 1, but should be 0") for number in range(count)]
    outcomes = {LOADING: Outcome(PASSED), OPTIMIZER: Outcome(kind, "why", (LINK,))}
    return result_of(recipe, "savedmodel", "bare", *slots, outcomes=outcomes, **facts)


@pytest.fixture
def files(tmp_path):
    clue = Clue("savedmodel_optimizer", "the optimizer")
    one = written(tmp_path / "one.jsonl", lost(causes=(clue,)), result_of("n", "dot_keras", "code"), row="one")
    two = written(tmp_path / "two.jsonl", lost(kind=FAILED), row="two", commit="abc")
    (tmp_path / "crossed.json").write_text(as_json(CROSSED), encoding="utf-8")
    return one.path, two.path, tmp_path / "crossed.json"


@pytest.fixture
def site(tmp_path, files):
    one, two, crossed = files
    out = tmp_path / "site"
    everything = [one, two, "--base", two, "--cross", crossed, "--source", "https://example.org/blob/main"]
    assert 0 == main(["report", *map(str, everything), "--out", str(out)])
    return out


def test_every_link_leads_somewhere(site):
    pages = {path: Read(path.read_text(encoding="utf-8")) for path in site.rglob("*.html")}

    assert {"index.html", "causes.html", "changes.html", "crossing.html", "one.html", "two.html"} == {
        path.name for path in pages
    }
    for path, page in pages.items():
        assert len(page.ids) == len(set(page.ids)), path
        for link in page.links:
            if link.startswith("https://"):
                continue
            target, _, anchor = link.partition("#")
            place = (path.parent / target.partition("?")[0]).resolve() if target.partition("?")[0] else path
            assert place.is_file(), (path, link)
            assert not anchor or anchor in pages[place].ids, (path, link)


def test_a_page_loads_nothing_from_elsewhere(site):
    for path in site.rglob("*.html"):
        page = path.read_text(encoding="utf-8")

        assert {"data:,"} >= {each for each in Read(page).loaded if each}
        assert "@import" not in page
        assert not re.search(r"url\(", page)


def test_a_cell_has_its_id_its_cause_its_command_and_its_files(site):
    page = (site / "rows" / "one.html").read_text(encoding="utf-8")

    assert '<tbody class="cell" id="m-savedmodel-bare" data-state="known">' in page
    assert "optimizer[&#39;slot 9&#39;]: is 1" in page
    assert "slot 10" not in page
    assert '<a href="one/m-savedmodel-bare.txt">and 2 more</a>' in page
    assert "slot 11" in (site / "rows" / "one" / "m-savedmodel-bare.txt").read_text(encoding="utf-8")
    assert '<a href="../causes.html#savedmodel_optimizer">Because</a>' in page
    assert "--hash-seed=7 m-savedmodel-bare</code>" in page
    assert (site / "rows" / "one" / "m-savedmodel-bare.sh").is_file()


def test_it_is_dated_and_has_its_versions_and_its_legend(site):
    for name in ("one", "two"):
        page = (site / "rows" / f"{name}.html").read_text(encoding="utf-8")

        assert "2026-01-02 03:04 UTC" in page
        assert "<li>tensorflow <b>2.21.0</b></li>" in page
        assert "</b>not observable</li>" in page.partition('<aside class="legend"')[2]


def test_a_link_into_the_documentation_starts_where_it_is_said_to_be(site, tmp_path, files):
    finding = "docs/findings.md#savedmodel-resets-the-optimizer"
    outcomes = {WEIGHTS: Outcome(KNOWN, "why", (finding,))}
    file = written(tmp_path / "x.jsonl", result_of("m", "savedmodel", "bare", outcomes=outcomes))
    where = ["--source", "https://example.org/blob/main/"]

    assert 0 == main(["report", str(file.path), "--out", str(site), *where])
    assert f'<a href="https://example.org/blob/main/{finding}">' in (site / "causes.html").read_text(encoding="utf-8")
    assert 0 == main(["report", str(file.path), "--out", str(site)])
    assert f"<code>{finding}</code>" in (site / "causes.html").read_text(encoding="utf-8")


def test_nothing_that_results_say_is_markup_or_an_address(tmp_path):
    evil = "</style><script>boom()</script>"
    differences = [Difference(WEIGHTS, evil, evil), Difference(f"probe{evil}", "x", evil)]
    outcomes = {WEIGHTS: Outcome(KNOWN, evil, ("javascript:boom()", evil))}
    result = result_of(evil, "savedmodel", "bare", *differences, outcomes=outcomes, model=evil, log=evil)
    file = written(tmp_path / "x.jsonl", result, row=f"../../{evil}", commit=evil, matrix=evil)
    out = tmp_path / "site"

    assert 0 == main(["report", str(file.path), "--out", str(out), "--title", evil])
    for path in out.rglob("*.html"):
        page = path.read_text(encoding="utf-8")
        assert "boom()</script>" not in page
        assert not any("script:" in each for each in Read(page).links)
    assert {"x.jsonl", "site"} == {each.name for each in tmp_path.iterdir()}


def test_pages_take_the_place_of_older_ones_and_others_may_read_them(site, files):
    assert (site / "crossing.html").is_file()
    assert 0 == main(["report", str(files[0]), "--out", str(site)])

    assert {"index.html", "causes.html", "rows"} == {each.name for each in site.iterdir()}
    assert ["one.html"] == [each.name for each in (site / "rows").glob("*.html")]
    assert stat.S_IMODE((site / "rows").stat().st_mode) == stat.S_IMODE(site.stat().st_mode)
    assert not [each for each in site.parent.iterdir() if each.name.startswith(".")]


def test_two_runs_of_one_row_have_a_page_each(tmp_path, files):
    assert 0 == main(["report", str(files[0]), str(files[0]), "--out", str(tmp_path / "site")])
    assert {"one.html", "one.2.html"} == {each.name for each in (tmp_path / "site" / "rows").glob("*.html")}


def test_a_folder_that_holds_something_else_stays_as_it_is(tmp_path, files, capsys):
    out = tmp_path / "mine"
    out.mkdir()
    (out / "thesis.tex").write_text("years")

    assert 2 == main(["report", str(files[0]), "--out", str(out)])
    assert (
        f"harness: --out {out}: holds 'thesis.tex', which is no page of this harness; expected an empty folder, or one "
        "that report has written\n" == capsys.readouterr().err
    )
    assert ["thesis.tex"] == [each.name for each in out.iterdir()]


def test_pages_of_another_hand_stay_as_they_are(tmp_path, files, capsys):
    out = tmp_path / "mine"
    out.mkdir()
    (out / "index.html").write_text("<h1>Hello</h1>")

    assert 2 == main(["report", str(files[0]), "--out", str(out)])
    assert "holds 'index.html', which is no page of this harness" in capsys.readouterr().err
    assert "<h1>Hello</h1>" == (out / "index.html").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "report: nothing to show; expected RESULTS, a file of a run each, or --cross FILE"),
        (["nowhere.jsonl"], "nowhere.jsonl: no results there"),
        (["{one}", "--source", "ftp://x"], "--source ftp://x: expected an address that begins with https://"),
        (["{one}", "--base", "{own}"], "the base has no cell in common with the results"),
        (["{one}", "--cross", "{one}"], "no crossing of this harness"),
        (["{crossed}"], "line 1 does not say which run this is"),
    ],
)
def test_what_cannot_be_shown_is_one_sentence_and_leaves_nothing(tmp_path, files, capsys, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    own = written(tmp_path / "own.jsonl", result_of("z", "savedmodel", "bare")).path
    given = [each.format(one=files[0], own=own, crossed=files[2]) for each in arguments]

    assert 2 == main(["report", *given, "--out", "site"])
    err = capsys.readouterr().err
    assert said in err
    assert 1 == err.count("\n")
    assert not (tmp_path / "site").exists()


def test_without_jinja2_it_says_how_to_get_it(tmp_path, files, capsys, monkeypatch):
    monkeypatch.setitem(sys.modules, "jinja2", None)

    assert 2 == main(["report", str(files[0]), "--out", str(tmp_path / "site")])
    assert (
        "harness: report needs jinja2, which this Python lacks; install it with: pip install "
        "'roundtrip-harness[report]'\n" == capsys.readouterr().err
    )
    assert not (tmp_path / "site").exists()


def test_a_template_that_breaks_leaves_the_pages_that_were_there(site, files, monkeypatch):
    before = {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}

    def torn(*given, **values):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pathlib.Path.write_text", torn)

    assert 3 == main(["report", str(files[0]), "--out", str(site)])
    assert before == {path: path.read_bytes() for path in site.rglob("*") if path.is_file()}
    assert not [each for each in os.listdir(site.parent) if each.startswith(".")]
