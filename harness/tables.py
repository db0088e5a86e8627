"""Markdown tables drawn from results."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterable, Mapping, Sequence

from harness.case import ASPECTS, STAGES, HarnessError

Result = Mapping[str, Any]


def formats(results: Sequence[Result]) -> str:
    """What each format kept through each loader, counted over the cells of a run.

    "all" and "none" speak of the cells that loaded; "3 of 5" of those between. An
    aspect that nothing could show is "-"; one that the format's documentation
    does not promise stands in brackets.
    """
    lines = [
        "| format | loader | loaded | " + " | ".join(ASPECTS) + " |",
        "| --- | --- | --- |" + " --- |" * len(ASPECTS),
    ]
    for format, loader in dict.fromkeys((each["format"], each["loader"]) for each in results):
        cells = [each for each in results if (each["format"], each["loader"]) == (format, loader)]
        loaded = [each for each in cells if each["stage"] not in STAGES]
        kept = (_kept([each["aspects"][aspect] for each in loaded]) for aspect in ASPECTS)
        lines.append(f"| {format} | {loader} | {len(loaded)} of {len(cells)} | " + " | ".join(kept) + " |")
    return "\n".join(lines)


def _kept(words: Iterable[str]) -> str:
    seen = [word for word in words if not word.startswith(("unobservable", "not reached"))]
    if not seen:
        return "-"
    kept = sum(word.endswith("kept") for word in seen)
    text = "all" if kept == len(seen) else "none" if not kept else f"{kept} of {len(seen)}"
    return f"({text})" if any(word.startswith("not promised") for word in seen) else text


def put(path: Path, name: str, table: str) -> None:
    """Replace what stands between <!-- name --> and <!-- /name --> in a Markdown file.

    Raises:
        HarnessError: The file has no such markers.
    """
    begin, end = f"<!-- {name} -->", f"<!-- /{name} -->"
    text = path.read_text(encoding="utf-8")
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise HarnessError(f"{path}: expected the markers {begin} and {end}")
    path.write_text(f"{before}{begin}\n{table}\n{end}{after}", encoding="utf-8")
