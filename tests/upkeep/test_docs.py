"""The picture of the layout is true: every module is in it, and imports only what stands below."""

from __future__ import annotations

import ast
import re

from places import ROOT

from cases.suite import SUITE
from explorer.known import KNOWN
from harness.formats import FORMATS
from harness.nouns import ASPECTS, LOADERS
from harness.page.states import STATES
from harness.suite.suite import Selection

HARNESS = ROOT / "harness"
#: The floors of the house, ground floor first: a module imports from its own room, and from rooms before it.
ROOMS = (
    *("nouns", "observation", "verdict", "words", "modules", "environment", "messages", "wire"),
    *("formats", "record"),
    *("causes", "scripts"),
    *("verdicts", "processes", "fresh", "inspection"),
    *("driver", "suite"),
    *("report", "environments", "cluster"),
    "gate",
    "page",
    "entry",
)


def modules():
    """(room, path) of every module in harness/, in the order of the tree."""
    for path in sorted(HARNESS.rglob("*.py")):
        room = path.relative_to(HARNESS).parts[0].partition(".")[0]
        if not room.startswith("__"):
            yield room, path


def imports(path):
    """The rooms that a module imports from, at its top or inside a function."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.partition(".")[0] == "harness":
            parts = node.module.split(".")
            yield from [parts[1]] if len(parts) > 1 else (alias.name for alias in node.names)
        elif isinstance(node, ast.Import):
            yield from (each.name.split(".")[1] for each in node.names if each.name.startswith("harness."))


def test_the_picture_has_every_room_with_what_it_is_for():
    page = (ROOT / "docs" / "design.md").read_text()
    block = page.partition("\nharness/\n")[2].partition("\ncases/")[0]

    assert {room for room, _ in modules()} == set(ROOMS)
    assert set(ROOMS) == set(re.findall(r"^  (\w+)(?:\.py|/) ", block, re.MULTILINE))


def test_imports_point_one_way():
    order = {room: place for place, room in enumerate(ROOMS)}
    upward = [
        f"{path.relative_to(ROOT)} imports {imported}"
        for room, path in modules()
        for imported in imports(path)
        if order[imported] > order[room]
    ]

    assert [] == upward


def test_only_a_fresh_process_imports_what_happens_in_it():
    outside = [path for room, path in modules() if room != "fresh" and "fresh" in imports(path)]

    assert [] == outside


def test_nothing_of_the_harness_imports_the_suite_or_tensorflow_at_its_top():
    for path in HARNESS.rglob("*.py"):
        for node in ast.parse(path.read_text()).body:
            names = [alias.name for alias in getattr(node, "names", [])] + [getattr(node, "module", "") or ""]
            heads = {name.partition(".")[0] for name in names if isinstance(node, (ast.Import, ast.ImportFrom))}

            assert not heads & {"tensorflow", "keras", "tf_keras", "transformers", "cases"}, path


def test_nothing_that_is_shipped_knows_what_writes_this_repository():
    for path in HARNESS.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""

            assert "dev" not in {name.partition(".")[0] for name in (*names, module)}, path


def test_the_readme_says_of_every_aspect_what_the_code_says():
    page = (ROOT / "README.md").read_text()

    for name, aspect in ASPECTS.items():
        assert f"| {name} | {aspect.meaning} |" in page


def test_every_cell_that_a_page_names_is_one():
    cells = {case.id for name in ("full", "gold") for case in SUITE.cases(name, Selection())}
    formats, loaders = "|".join(FORMATS), "|".join(LOADERS)
    of_the_matrix = rf"\b(?:\w+-){{5}}(?:{formats})-(?:{loaders})\b"
    pages = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").glob("*.md"))]
    named = {cell for page in pages for cell in re.findall(of_the_matrix, page.read_text())}

    assert set() == named - cells
    assert named


def test_every_finding_that_is_linked_is_on_its_page():
    pages = {"docs/findings.md": (ROOT / "docs" / "findings.md").read_text()}
    anchors = {
        f"{page}#" + re.sub(r"[^a-z0-9 _-]", "", heading.lower()).replace(" ", "-")
        for page, text in pages.items()
        for heading in re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    }
    linked = {each.because for each in (*KNOWN, *SUITE.known_failures) if not each.because.startswith("https://")}

    assert set() == linked - anchors


def test_every_script_is_told_of_in_the_findings():
    page = (ROOT / "docs" / "findings.md").read_text()
    scripts = {path.name for path in (ROOT / "docs" / "scripts").glob("*.py")} - {"tiny.py"}

    assert set() == {name for name in scripts if f"docs/scripts/{name}`" not in page}


def test_every_sign_of_a_page_is_explained_as_it_is_there():
    page = (ROOT / "docs" / "page.md").read_text()
    rows = [f"| {each.glyph} | {each.word} | {each.meaning} |" for each in STATES]

    assert "\n".join(rows) in page
