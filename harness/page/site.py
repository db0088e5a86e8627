"""The pages as one folder, written whole or not at all."""

from __future__ import annotations

import base64
import hashlib
import os
import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Iterator, Sequence

from harness.nouns import HarnessError, InfrastructureError
from harness.page.across import across
from harness.page.against import Against
from harness.page.because import reasons
from harness.page.crossing import LEGEND, Crossing
from harness.page.states import STATES
from harness.page.view import Link, Run

TEMPLATES = Path(__file__).parent / "templates"

#: Is in every page; by it a folder of pages is known.
_OURS = '<meta name="generator" content="roundtrip-harness">'
#: All that stands at the top of a folder of pages.
_TOP = ("index.html", "causes.html", "changes.html", "crossing.html", "rows")


@dataclass(frozen=True)
class Site:
    """What there is to show.

    Attributes:
        title: Over the first page.
        runs: One for each row.
        crossing: Who loads what; None for none.
        against: What is other than in a base; None for no base.
        source: Address of the folder that links into the documentation start from; "" where that is nowhere.
    """

    title: str
    runs: Sequence[Run] = ()
    crossing: Crossing | None = None
    against: Against | None = None
    source: str = ""


def write(site: Site, folder: Path) -> None:
    """Write all pages to a folder, in place of those of another time.

    Raises:
        HarnessError: jinja2 is not installed, or the folder holds something else.
        InfrastructureError: It cannot be written.
    """
    _check(folder)
    pages = _pages(site)
    try:
        folder.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(prefix=f".{folder.name}-", dir=folder.parent) as scratch:
            fresh = Path(scratch, "new")
            for path, text in pages:
                place = fresh / path
                place.parent.mkdir(parents=True, exist_ok=True)
                place.write_text(text, encoding="utf-8")
            if folder.exists():
                os.replace(folder, Path(scratch, "old"))
            os.replace(fresh, folder)
    except OSError as error:
        raise InfrastructureError(f"--out {folder}: pages cannot be written there ({error.strerror})") from None


def _check(folder: Path) -> None:
    """Refuse a folder that holds what this has not written."""
    if folder.exists() and not folder.is_dir():
        raise HarnessError(f"--out {folder}: this is a file; expected a folder, or a name that is free")
    held = sorted(each.name for each in folder.iterdir()) if folder.is_dir() else []
    strange = [name for name in held if name not in _TOP]
    index = folder / "index.html"
    if strange or (held and not (index.is_file() and _OURS in index.read_text(encoding="utf-8", errors="replace"))):
        what = (strange or held)[0]
        raise HarnessError(
            f"--out {folder}: holds {what!r}, which is no page of this harness; expected an empty folder, "
            "or one that report has written"
        )


def _pages(site: Site) -> Iterator[tuple[str, str]]:
    """(path, text) of every file."""
    render = _Templates(site)
    yield (
        "index.html",
        render(
            "index.html",
            title=site.title,
            lines=across(site.runs),
            packages=_packages(site.runs),
            first_day=min((run.header.started[:10] for run in site.runs), default=""),
            last_day=max((run.header.started[:10] for run in site.runs), default=""),
        ),
    )
    if site.runs:
        yield "causes.html", render("causes.html", reasons=reasons(site.runs))
    if site.against:
        yield "changes.html", render("changes.html")
    if site.crossing:
        yield "crossing.html", render("crossing.html", legend=LEGEND)
    for run in site.runs:
        yield f"rows/{run.name}.html", render("row.html", up="../", here=f"rows/{run.name}.html", run=run)
        for cell in run.cells:
            if cell.script:
                yield f"rows/{run.name}/{cell.file}.sh", cell.script
            if any(change.more for change in cell.changes):
                yield f"rows/{run.name}/{cell.file}.txt", cell.full


def _packages(runs: Sequence[Run]) -> list[str]:
    return list(dict.fromkeys(package for run in runs for package in run.header.versions))


class _Templates:
    """The templates, with what every page has."""

    def __init__(self, site: Site) -> None:
        try:
            import jinja2
            from markupsafe import Markup
        except ImportError:
            raise HarnessError(
                "report needs jinja2, which this Python lacks; install it with: pip install 'roundtrip-harness[report]'"
            ) from None
        self._environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader(TEMPLATES),
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            undefined=jinja2.StrictUndefined,
        )
        script = (TEMPLATES / "filter.js").read_text(encoding="utf-8")
        self._environment.filters.update(day=_day, css=_css, address=lambda link: _address(link, site.source))
        self._environment.globals.update(
            menu=_menu(site),
            runs=site.runs,
            crossing=site.crossing,
            against=site.against,
            legend=STATES,
            up="",
            script=Markup(script),
            script_digest=_digest(script),
        )

    def __call__(self, name: str, **values: Any) -> str:
        return str(self._environment.get_template(name).render({"here": name, **values}))


def _menu(site: Site) -> list[tuple[str, str]]:
    """(text, path) of what every page leads to."""
    menu = [("Overview", "index.html")]
    if len(site.runs) == 1:
        menu.append((site.runs[0].name, f"rows/{site.runs[0].name}.html"))
    menu += [("Changes", "changes.html")] if site.against else []
    menu += [("Causes", "causes.html")] if site.runs else []
    return menu + ([("Who loads what", "crossing.html")] if site.crossing else [])


def _address(link: Link, source: str) -> str:
    """Where a link leads: onto the web, into the documentation if it is known where that is, or nowhere."""
    return link.url or (f"{source.rstrip('/')}/{link.text}" if source else "")


def _day(moment: str) -> str:
    """A moment as it is read: "2026-11-24T10:20:30+00:00" as "2026-11-24 10:20 UTC"."""
    return f"{moment[:10]} {moment[11:16]} UTC"


def _css(text: str) -> str:
    """A word that ends no string of a style sheet."""
    return re.sub(r"\W", "_", text)


def _digest(script: str) -> str:
    """By which a browser knows the one script that may run."""
    return "sha256-" + base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
