"""The picture of the layout is true: every module is in it, and imports only what stands below."""

from __future__ import annotations

import ast
import re
from pathlib import Path

from cases.explore.known import KNOWN
from cases.suite import SUITE
from harness.case import ASPECTS

ROOT = Path(__file__).parent.parent
HARNESS = ROOT / "harness"
PACKAGES = {"aspects", "formats"}


def layout():
    """Module names of harness/ in the order of docs/design.md; a package is one."""
    page = (ROOT / "docs" / "design.md").read_text()
    block = page.partition("\nharness/\n")[2].partition("\ncases/")[0]
    return re.findall(r"\b(\w+)(?:\.py|/)  ", block)


def imports(path):
    tree = ast.parse(path.read_text())
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("harness"):
            parts = node.module.split(".")
            yield from [parts[1]] if len(parts) > 1 else (alias.name for alias in node.names)


def test_every_module_is_in_the_picture():
    modules = {path.stem for path in HARNESS.glob("*.py") if not path.stem.startswith("__")} | PACKAGES

    assert modules == set(layout())


def test_imports_point_down():
    order = {name: place for place, name in enumerate(layout())}
    files = [(path.stem, path) for path in HARNESS.glob("*.py") if not path.stem.startswith("__")]
    files += [(package, path) for package in PACKAGES for path in (HARNESS / package).glob("*.py")]
    upward = [
        f"{name} imports {imported}"
        for name, path in files
        for imported in imports(path)
        if imported != name and order[imported] < order[name]
    ]

    assert [] == upward


def test_nothing_of_the_harness_imports_the_suite_or_tensorflow_at_its_top():
    for path in HARNESS.rglob("*.py"):
        for node in ast.parse(path.read_text()).body:
            names = [alias.name for alias in getattr(node, "names", [])] + [getattr(node, "module", "") or ""]
            heads = {name.partition(".")[0] for name in names if isinstance(node, (ast.Import, ast.ImportFrom))}

            assert not heads & {"tensorflow", "keras", "tf_keras", "transformers", "cases"}, path


def test_the_readme_says_of_every_aspect_what_the_code_says():
    page = (ROOT / "README.md").read_text()

    for aspect, meaning in ASPECTS.items():
        assert f"| {aspect} | {meaning} |" in page


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
