"""A crossing as a matrix of producers and consumers: JSON, Markdown, or text for a terminal."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from typing import Callable, Iterable, Sequence

from harness.environments.cross import Crossed, Load
from harness.nouns import ASPECTS, PREDICTIONS, RESAVE
from harness.report.markdown import markdown_table

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
    """Numbered remarks. What is alike has the same number, and the words of the first of its kind."""

    texts: dict[str, str] = field(default_factory=dict)

    def number(self, kind: str, text: str) -> int:
        self.texts.setdefault(kind, _cut(text))
        return list(self.texts).index(kind) + 1


def _cut(text: str) -> str:
    return text if len(text) <= _WIDTH else text[:_WIDTH] + "…"


def as_json(crossed: Crossed) -> str:
    """All that was seen, and for what did not load or predict the same, what works instead."""
    loads = [{**asdict(load), "instead": instead(load, crossed.loads)} for load in crossed.loads]
    return json.dumps(
        {"day": crossed.day, "versions": crossed.versions, "broken": crossed.broken, "loads": loads}, indent=1
    )


def as_markdown(crossed: Crossed) -> str:
    """Versions, a summary by aspect, and a grid for each way to load."""
    return "\n".join(_page(crossed, markdown_table, lambda text: f"### {text}"))


def as_text(crossed: Crossed) -> str:
    """The same for a terminal."""
    return "\n".join(_page(crossed, _text_table, lambda text: f"{text}\n{'=' * len(text)}"))


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


def _page(crossed: Crossed, table: Table, heading: Callable[[str], str]) -> list[str]:
    notes = Notes()
    packages = list(dict.fromkeys(package for found in crossed.versions.values() for package in found))
    lines = [
        f"Run on {crossed.day}.",
        "",
        table(
            [
                ["row", *packages],
                *([name, *(found.get(each, "-") for each in packages)] for name, found in crossed.versions.items()),
            ]
        ),
        "",
        *(f"{name} is left out: {reason}" for name, reason in crossed.broken.items()),
        *([""] if crossed.broken else []),
        heading("Aspect by aspect"),
        "",
        "In how many pairs of rows an aspect survived, of those in which it could be seen. In brackets: not promised.",
        "",
        table(_summary(crossed)),
        "",
        heading("Who loads what"),
        "",
        LEGEND,
    ]
    for recipe in dict.fromkeys(load.recipe for load in crossed.loads):
        lines += ["", heading(recipe)]
        for way, loads in _grouped(crossed.loads, recipe).items():
            lines += ["", table([[way, *_consumers(crossed)], *_grid(loads, crossed, notes)])]
    lines += ["", heading("Notes"), "", *(f"{number}. {text}" for number, text in enumerate(notes.texts.values(), 1))]
    return lines


def _grouped(loads: Sequence[Load], recipe: str) -> dict[str, list[Load]]:
    """The loads of a recipe by the way to load, as "savedmodel-bare, compile=False"."""
    grouped: dict[str, list[Load]] = {}
    for load in loads:
        if load.recipe == recipe:
            grouped.setdefault(f"{load.format}-{load.loader}", [])
            grouped.setdefault(_name(load), []).append(load)
    return {way: found for way, found in grouped.items() if found}


def _name(load: Load) -> str:
    return f"{load.format}-{load.loader}" + ("" if load.compiled else ", compile=False")


def _consumers(crossed: Crossed) -> list[str]:
    return list(dict.fromkeys(load.consumer for load in crossed.loads))


def _grid(loads: Sequence[Load], crossed: Crossed, notes: Notes) -> list[list[str]]:
    """A line for each producer that could save it."""
    by_pair = {(load.producer, load.consumer): load for load in loads}
    return [
        [producer, *(_cell(by_pair.get((producer, each)), crossed.loads, notes) for each in _consumers(crossed))]
        for producer in dict.fromkeys(load.producer for load in loads)
    ]


def _cell(load: Load | None, loads: Sequence[Load], notes: Notes) -> str:
    if load is None:
        return ABSENT
    if load.stage:
        word, remark = REFUSED, f"{load.stage}: {load.failure}"
        number = notes.number(_cut(remark), remark)
    elif not load.lost:
        return WHOLE
    else:
        word = PARTLY if load.keeps(PREDICTIONS) else WRONG
        lost = ", ".join(load.lost)
        number = notes.number(
            lost, f"lost: {lost}. For example " + "; ".join(load.problems[each] for each in load.lost)
        )
    way = instead(load, loads)
    return f"{word} [{number}]" + (f" → {way}" if way else "")


def _summary(crossed: Crossed) -> list[list[str]]:
    """For every way to load: how often each aspect survived."""
    aspects = [aspect for aspect in ASPECTS if aspect != RESAVE]
    rows = [["recipe", "way", "loaded", *aspects]]
    for recipe in dict.fromkeys(load.recipe for load in crossed.loads):
        for way, loads in _grouped(crossed.loads, recipe).items():
            whole = [load for load in loads if not load.stage]
            counts = (_survived(whole, aspect) for aspect in aspects)
            rows.append([recipe.partition("-")[0], way, f"{len(whole)} of {len(loads)}", *counts])
    return rows


def _survived(loads: Sequence[Load], aspect: str) -> str:
    words = [load.aspects[aspect] for load in loads if not load.aspects[aspect].startswith("unobservable")]
    if not words:
        return ABSENT
    text = f"{sum(word.endswith('kept') for word in words)}/{len(words)}"
    return f"({text})" if words[0].startswith("not promised") else text


def _text_table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(each.ljust(width) for each, width in zip(row, widths)).rstrip() for row in rows)
