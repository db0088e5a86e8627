"""Markdown tables drawn from results."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Iterable, Mapping, Sequence

from harness.nouns import ASPECTS, SAVE, STAGES, TRAIN, HarnessError

Result = Mapping[str, Any]


def formats(results: Sequence[Result]) -> str:
    """What each format kept through each loader, counted over the cells of a run.

    "all" and "none" speak of the cells that loaded; "3 of 5" of those between. An
    aspect that nothing could show is "-"; one that the format's documentation
    does not promise stands in brackets. Records that were there before the run are left out.
    """
    results = [each for each in results if TRAIN in each["seconds"] or each["stage"] in (TRAIN, SAVE)]
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
        HarnessError: The file cannot be read, or has no such markers.
    """
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise HarnessError(f"{path}: cannot be read ({error.strerror})") from None
    before, found, rest = text.partition(begin)
    _, closed, after = rest.partition(end)
    if not found or not closed:
        raise HarnessError(f"{path}: expected the markers {begin.strip()} and {end.strip()}")
    path.write_text(f"{before}{begin}{table}\n{end}{after}", encoding="utf-8")
