"""A crossing as a matrix of producers and consumers: JSON, Markdown, or text for a terminal."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Any, Callable, Iterable, Mapping, Sequence

from harness.case import ASPECTS, PREDICTIONS, RESAVE
from harness.cross import Crossing, Load

# What stands in a cell of a grid.
WHOLE, PARTLY, WRONG, REFUSED, ABSENT = "yes", "partly", "WRONG", "no", "-"

LEGEND = (
    f'"{WHOLE}": loaded, with all that the format promises. "{PARTLY}": loaded, predicts the same, and lost something. '
    f'"{WRONG}": loaded, and predicts otherwise. "{REFUSED}": not loaded. "{ABSENT}": nothing was saved to load. '
    "A number leads to the note; what stands behind an arrow worked instead, with the same predictions."
)

Table = Callable[[Sequence[Sequence[str]]], str]

#: Longer messages are cut.
_WIDTH = 240


@dataclass
class Notes:
    """Numbered remarks; the same remark has the same number."""

    numbers: dict[str, int] = field(default_factory=dict)

    def number(self, text: str) -> int:
        return self.numbers.setdefault(text, len(self.numbers) + 1)


def as_json(crossing: Crossing) -> str:
    """All that was seen, and for what did not load or predict the same, what works instead."""
    loads = [{**asdict(load), "instead": instead(load, crossing.loads)} for load in crossing.loads]
    told = {"day": crossing.day, "versions": crossing.versions, "broken": crossing.broken, "loads": loads}
    return json.dumps(told, indent=1)


def as_markdown(crossing: Crossing) -> str:
    """Versions, a summary by aspect, and a grid for each way to load."""
    return "\n".join(_page(crossing, _markdown_table, lambda text: f"### {text}"))


def as_text(crossing: Crossing) -> str:
    """The same for a terminal."""
    return "\n".join(_page(crossing, _text_table, lambda text: f"{text}\n{'=' * len(text)}"))


def instead(load: Load, loads: Iterable[Load]) -> str:
    """What loads the same model in the same environment, from the same producer, and predicts the same; "" for nothing.

    Nearest first: the same artifact without compile(), by another loader, then another format.
    """
    if load.keeps(PREDICTIONS):
        return ""
    found = [
        other
        for other in loads
        if (other.producer, other.consumer, other.recipe) == (load.producer, load.consumer, load.recipe)
        and other.keeps(PREDICTIONS)
    ]
    found.sort(key=lambda other: (other.format != load.format, other.loader != load.loader, not other.compiled))
    return _way(found[0], load) if found else ""


def _way(other: Load, load: Load) -> str:
    names = [] if other.format == load.format and other.loader == load.loader else [f"{other.format}-{other.loader}"]
    return " ".join([*names, *([] if other.compiled else ["compile=False"])])


def _page(crossing: Crossing, table: Table, heading: Callable[[str], str]) -> list[str]:
    notes = Notes()
    packages = list(dict.fromkeys(package for found in crossing.versions.values() for package in found))
    lines = [
        f"Run on {crossing.day}.",
        "",
        table(
            [
                ["row", *packages],
                *([name, *(found.get(each, "-") for each in packages)] for name, found in crossing.versions.items()),
            ]
        ),
        "",
        *(f"{name} is left out: {reason}" for name, reason in crossing.broken.items()),
        *([""] if crossing.broken else []),
        heading("Aspect by aspect"),
        "",
        "In how many pairs of rows an aspect survived, of those in which it could be seen. In brackets: not promised.",
        "",
        table(_summary(crossing)),
        "",
        heading("Who loads what"),
        "",
        LEGEND,
    ]
    for (case, compiled), loads in _grouped(crossing.loads).items():
        lines += ["", heading(case + ("" if compiled else ", compile=False")), "", table(_grid(loads, crossing, notes))]
    lines += ["", heading("Notes"), "", *(f"{number}. {text}" for text, number in notes.numbers.items())]
    return lines


def _grouped(loads: Sequence[Load]) -> dict[tuple[str, bool], list[Load]]:
    """By case and by whether it was compiled: that without compile() comes right after that with."""
    grouped: dict[tuple[str, bool], list[Load]] = {}
    for case in dict.fromkeys(load.case for load in loads):
        for compiled in (True, False):
            found = [load for load in loads if (load.case, load.compiled) == (case, compiled)]
            if found:
                grouped[case, compiled] = found
    return grouped


def _grid(loads: Sequence[Load], crossing: Crossing, notes: Notes) -> list[list[str]]:
    by_pair = {(load.producer, load.consumer): load for load in loads}
    producers = dict.fromkeys(load.producer for load in crossing.loads)
    consumers = dict.fromkeys(load.consumer for load in crossing.loads)
    return [
        ["saved by, loaded by", *consumers],
        *(
            [producer, *(_cell(by_pair.get((producer, consumer)), crossing.loads, notes) for consumer in consumers)]
            for producer in producers
        ),
    ]


def _cell(load: Load | None, loads: Sequence[Load], notes: Notes) -> str:
    if load is None:
        return ABSENT
    if load.stage:
        word, remark = REFUSED, f"{load.stage}: {load.failure}"
    elif not load.lost:
        return WHOLE
    else:
        word = PARTLY if load.keeps(PREDICTIONS) else WRONG
        remark = "lost: " + "; ".join(load.problems[aspect] for aspect in load.lost)
    # A grid of many rows is about kinds: numbers and names inside a message may differ from pair to pair.
    number = notes.number(remark if len(remark) <= _WIDTH else remark[:_WIDTH] + "…")
    way = instead(load, loads)
    return f"{word} [{number}]" + (f" → {way}" if way else "")


def _summary(crossing: Crossing) -> list[list[str]]:
    """For every way to load: how often each aspect survived."""
    aspects = [aspect for aspect in ASPECTS if aspect != RESAVE]
    rows = [["case", "loaded", *aspects]]
    for (case, compiled), loads in _grouped(crossing.loads).items():
        whole = [load for load in loads if not load.stage]
        name = case + ("" if compiled else ", compile=False")
        rows.append([name, f"{len(whole)} of {len(loads)}", *(_survived(whole, aspect) for aspect in aspects)])
    return rows


def _survived(loads: Sequence[Load], aspect: str) -> str:
    words = [load.aspects[aspect] for load in loads if not load.aspects[aspect].startswith("unobservable")]
    if not words:
        return ABSENT
    text = f"{sum(word.endswith('kept') for word in words)}/{len(words)}"
    return f"({text})" if words[0].startswith("not promised") else text


def _markdown_table(rows: Sequence[Sequence[str]]) -> str:
    head, *body = rows
    lines = [head, ["---"] * len(head), *body]
    return "\n".join("| " + " | ".join(each.replace("|", "\\|") for each in line) + " |" for line in lines)


def _text_table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(each.ljust(width) for each, width in zip(row, widths)).rstrip() for row in rows)


def from_json(text: str) -> Crossing:
    """What `as_json` wrote."""
    told: Mapping[str, Any] = json.loads(text)
    loads = [Load(**{name: value for name, value in load.items() if name != "instead"}) for load in told["loads"]]
    return Crossing(dict(told["versions"]), dict(told["broken"]), loads, told["day"])
