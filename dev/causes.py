"""The page of causes: `python -m dev.causes` writes docs/causes.md from the catalogue."""

from __future__ import annotations

import re

from dev import ROOT
from harness.causes import FAMILIES, Cause

PAGE = ROOT / "docs" / "causes.md"

_TOP = """\
# Why it was lost, and what to write instead

What `check` knows, by `harness/causes/`. A cause is found on the live model before it is saved, or in the verdict; it
is told only where something was lost that it explains. Where it is about a layer, that layer must be the first that
answers otherwise. What the harness can do itself when it loads (hand the classes over by name, compile=False,
safe_mode=False, set the dtype policy before) is tried in one more fresh process, and the verdict says what came of it.
Written by `python -m dev.causes`; a test compares.
"""


def page() -> str:
    return _TOP + "".join(_family(name, causes) for name, causes in FAMILIES.items())


def _family(name: str, causes: tuple[Cause, ...]) -> str:
    return f"\n## {name}\n" + "".join(map(_entry, causes))


def _entry(cause: Cause) -> str:
    link = f"- See {cause.link}\n" if cause.link else ""
    return f"\n### {cause.id}\n\n{_open(cause.says)}.\n\n- Write: {_open(cause.instead)}\n{link}"


def _open(words: str) -> str:
    """The words with names in place of what a clue fills in."""
    return re.sub(r"\{(\w+)\}", lambda found: found.group(1).upper(), words).replace("{{", "{").replace("}}", "}")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
