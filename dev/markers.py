"""Text between two markers: in Markdown <!-- NAME --> and <!-- /NAME -->."""

from __future__ import annotations

from pathlib import Path

from harness.nouns import HarnessError


def put(path: Path, name: str, text: str) -> None:
    """Replace what stands between the markers of a name in a Markdown file.

    Raises:
        HarnessError: The file cannot be read, or has no such markers.
    """
    path.write_text(_with(path, name, f"{text}\n"), encoding="utf-8")


def check_place(path: Path, name: str) -> None:
    """Raise what `put` would raise: before the work whose result is to be put there."""
    _with(path, name, "")


def _with(path: Path, name: str, block: str) -> str:
    try:
        page = path.read_text(encoding="utf-8")
    except OSError as error:
        raise HarnessError(f"{path}: cannot be read ({error.strerror})") from None
    return replace_between(page, f"<!-- {name} -->\n", f"<!-- /{name} -->", block, str(path))


def replace_between(text: str, begin: str, end: str, block: str, name: str) -> str:
    """A text with another block between two markers; the name is that of the text, in messages.

    Raises:
        HarnessError: The text has no such markers.
    """
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise HarnessError(f"{name}: expected the markers {begin.strip()} and {end.strip()}")
    return f"{before}{begin}{block}{end}{after}"
