"""The pages as somebody sees them: in Chromium, narrow and wide, dark and light, by keyboard, and by axe-core."""

from __future__ import annotations

import shutil
from contextlib import contextmanager

import pytest
from environments.test_cross_tables import CROSSED
from results_of import result_of, written

from benchmarks.page_size import made_up
from harness.entry.command_line import main
from harness.environments.cross_tables import as_json
from harness.nouns import OPTIMIZER, WEIGHTS
from harness.report.results_file import ResultsFile
from harness.suite.expectations import FAILED, KNOWN, LOADING, Outcome
from harness.verdict import Difference

_BRINGS = "which roundtrip-harness[browser] brings"
pytest.importorskip("jinja2", reason=f"pages are written by jinja2, {_BRINGS}")
playwright = pytest.importorskip("playwright.sync_api", reason=f"a browser is driven by playwright, {_BRINGS}")
axe = pytest.importorskip("axe_playwright_python.sync_playwright", reason=f"pages are judged by axe-core, {_BRINGS}")

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on the path: apt-get install chromium")

PAGES = ("index.html", "changes.html", "causes.html", "crossing.html", "rows/one.html", "alone/index.html")
LONG = "hf_model-masked_lm-from_logits-rmsprop-float32"
LINK = "https://github.com/keras-team/tf-keras/issues/36"


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """Pages of two rows, one of them with something of each kind; a base; a crossing; and those of one row alone."""
    folder = tmp_path_factory.mktemp("results")
    slots = [Difference(OPTIMIZER, f"m/encoder/layer_._{n}/attention/self/query/kernel:0", "is 1") for n in range(30)]
    lost = result_of(
        LONG,
        "savedmodel",
        "bare",
        *slots,
        outcomes={OPTIMIZER: Outcome(KNOWN, "known", (LINK,)), WEIGHTS: Outcome(FAILED, "passes, though it is known")},
    )
    new = result_of("new", "whole_h5", "code", Difference(WEIGHTS, "kernel", "is 1"))
    stopped = result_of(
        "stopped", "savedmodel", "bare", stage="reload", failure="x " * 99, outcomes={LOADING: Outcome(FAILED)}
    )
    gone = result_of("gone", "dot_keras", "code")
    one = written(folder / "one.jsonl", lost, new, stopped, intended=[lost, new, stopped, gone], row="one").path
    whole = written(folder / "whole.jsonl", lost, new, stopped, row="one").path
    base = written(folder / "base.jsonl", result_of("new", "whole_h5", "code"), gone, row="one").path
    made = made_up("many", 60)
    with ResultsFile.new(folder / "many.jsonl", made.header) as many:
        for result in made.results:
            many.append(result)
    crossed = folder / "crossed.json"
    crossed.write_text(as_json(CROSSED), encoding="utf-8")
    out = folder / "site"
    given = [one, many.path, "--cross", crossed, "--out", out]
    assert 0 == main(["report", *map(str, given)])
    assert 0 == main(["report", str(whole), "--base", str(base), "--out", str(folder / "against")])
    assert 0 == main(["report", str(one), "--out", str(out / "alone")])
    (folder / "against" / "changes.html").rename(out / "changes.html")
    return out


@pytest.fixture(scope="module")
def browser():
    with playwright.sync_playwright() as driver:
        # Chromium refuses root its sandbox; these pages are of this test's own making.
        chromium = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@contextmanager
def opened(browser, address, width=1440, **how):
    """A page in a window; what it complains of fails the test."""
    context = browser.new_context(viewport={"width": width, "height": 900}, **how)
    page, complaints = context.new_page(), []
    page.on("console", lambda message: complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))
    page.goto(address)
    yield page
    context.close()
    assert [] == complaints


@pytest.mark.parametrize("width", [390, 768, 1440])
@pytest.mark.parametrize("name", PAGES)
def test_no_page_is_wider_than_its_window(browser, site, name, width):
    with opened(browser, (site / name).as_uri(), width) as page:
        for details in page.locator("details").all()[:20]:
            details.evaluate("each => { each.open = true }")
        assert width >= page.evaluate("document.documentElement.scrollWidth")
        legend = page.locator(".legend").bounding_box()
        assert 900 == pytest.approx(legend["y"] + legend["height"], abs=1)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_axe_finds_nothing(browser, site, name, scheme):
    with opened(browser, (site / name).as_uri(), color_scheme=scheme, bypass_csp=True) as page:
        for details in page.locator("details").all()[:3]:
            details.evaluate("each => { each.open = true }")
        found = axe.Axe().run(page)
        assert 0 == found.violations_count, found.generate_report()


def test_axe_finds_what_is_wrong(browser, site):
    with opened(browser, (site / "index.html").as_uri(), bypass_csp=True) as page:
        page.evaluate("document.querySelector('h1').style.color = 'rgb(230, 230, 230)'")
        assert ["color-contrast"] == [each["id"] for each in axe.Axe().run(page).response["violations"]]


def test_cells_are_filtered_by_words_by_outcome_by_format_and_by_aspect(browser, site):
    with opened(browser, (site / "rows" / "one.html").as_uri()) as page:
        shown, count = page.locator("tbody.cell:visible"), page.locator("output")
        assert 4 == shown.count()
        page.keyboard.press("/")
        page.keyboard.type("masked rmsprop")
        assert (1, "1 of 4 cells") == (shown.count(), count.inner_text())
        assert "q=masked+rmsprop" in page.url
        page.locator("[name=q]").fill("")
        for field, value, ids in (
            ("state", "missing", ["gone-dot_keras-code"]),
            ("state", "mended", [f"{LONG}-savedmodel-bare"]),
            ("way", "whole_h5-code", ["new-whole_h5-code"]),
            ("aspect", "2", [f"{LONG}-savedmodel-bare", "new-whole_h5-code", "gone-dot_keras-code"]),
        ):
            page.locator(f"[name={field}]").select_option(value)
            assert ids == [each.get_attribute("id") for each in shown.all()]
            page.locator(f"[name={field}]").select_option("")


def test_an_address_holds_its_filter(browser, site):
    with opened(browser, (site / "rows" / "one.html").as_uri() + "?state=stopped#cells") as page:
        assert ["stopped-savedmodel-bare"] == [
            each.get_attribute("id") for each in page.locator("tbody.cell:visible").all()
        ]


def test_a_permalink_opens_its_cell_and_leads_to_its_cause_and_back(browser, site):
    id = f"{LONG}-savedmodel-bare"
    with opened(browser, (site / "rows" / "one.html").as_uri() + f"#{id}") as page:
        cell = page.locator(f"[id='{id}']")
        assert cell.locator("details").evaluate("each => each.open")
        assert 0 <= cell.bounding_box()["y"] < 450
        assert 10 == cell.locator("li code", has_text="optimizer[").count()
        cell.get_by_role("link", name="keras-team/tf-keras#36").click()
        assert page.url.endswith("causes.html#link-github-com-keras-team-tf-keras-issues-36")
        reason = page.locator(":target")
        reason.locator("summary").first.click()
        reason.get_by_role("link", name=id).first.click()
        assert page.url.endswith(f"rows/one.html#{id}")


def test_it_is_read_without_javascript(browser, site):
    with opened(browser, (site / "rows" / "one.html").as_uri(), java_script_enabled=False) as page:
        assert 0 == page.locator(".filters:visible").count()
        assert 4 == page.locator("tbody.cell:visible").count()
        page.locator("#new-whole_h5-code summary").click()
        assert page.get_by_text("weights['kernel']: is 1").is_visible()


def test_it_is_walked_through_by_keyboard(browser, site):
    with opened(browser, (site / "rows" / "one.html").as_uri()) as page:
        page.keyboard.press("Tab")
        assert "To the content" == page.evaluate("document.activeElement.textContent")
        page.locator("#new-whole_h5-code summary").focus()
        page.keyboard.press("Enter")
        assert page.locator("#new-whole_h5-code details").evaluate("each => each.open")


def test_it_prints_all_cells_without_what_is_for_a_screen(browser, site):
    with opened(browser, (site / "rows" / "one.html").as_uri()) as page:
        page.emulate_media(media="print")
        assert 0 == page.locator(".filters:visible").count()
        assert "static" == page.locator(".legend").evaluate("each => getComputedStyle(each).position")
        assert len(page.pdf()) > 10_000
