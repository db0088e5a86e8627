"""A crossing as a matrix of producers and consumers: JSON, Markdown, or text for a terminal."""

from __future__ import annotations

import json
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Callable, Iterable, Mapping, Sequence

from harness.environments.cross import Crossed, Loaded
from harness.nouns import ASPECTS, PREDICTIONS, RESAVE, HarnessError
from harness.report.markdown import markdown_table
from harness.report.verdict_json import from_json, to_json
from harness.verdict import Verdict

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
    loads = [
        {
            "producer": load.producer,
            "consumer": load.consumer,
            "compiled": load.compiled,
            **to_json(load.verdict),
            "instead": instead(load, crossed.loads),
        }
        for load in crossed.loads
    ]
    return json.dumps(
        {"day": crossed.day, "versions": crossed.versions, "broken": crossed.broken, "loads": loads}, indent=1
    )


def read_json(path: Path) -> Crossed:
    """What `as_json` has written to a file; of each case, its recipe is known by id alone.

    Raises:
        HarnessError: There is no such file, or it has no crossing of this harness.
    """
    try:
        return from_values(json.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise HarnessError(
            f"{path}: cannot be read ({error.strerror}); expected what `python -m harness cross --json FILE` writes"
        ) from None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        reason = f"{type(error).__name__}: {error}"
        raise HarnessError(
            f"{path}: no crossing of this harness ({reason}); expected what `python -m harness cross --json` writes"
        ) from None


def from_values(said: Mapping[str, Any]) -> Crossed:
    """What `as_json` was given, from the JSON values that it has written.

    Raises:
        ValueError, KeyError, TypeError: They are no crossing.
    """
    loads = [Loaded(each["producer"], each["consumer"], each["compiled"], from_json(each)) for each in said["loads"]]
    return Crossed(said["versions"], said["broken"], loads, said["day"])


def as_markdown(crossed: Crossed) -> str:
    """Versions, a summary by aspect, and a grid for each way to load."""
    return "\n".join(_page(crossed, markdown_table, lambda text: f"### {text}"))


def as_text(crossed: Crossed) -> str:
    """The same for a terminal."""
    return "\n".join(_page(crossed, _text_table, lambda text: f"{text}\n{'=' * len(text)}"))


def instead(load: Loaded, loads: Iterable[Loaded]) -> str:
    """What loads the same model in the same environment, from the same producer, and predicts the same; "" for nothing.

    Nearest first: the same artifact without compile(), by another loader, then another format.
    """
    if PREDICTIONS in load.verdict.kept:
        return ""
    case = load.verdict.case
    found = [
        other
        for other in loads
        if (other.producer, other.consumer) == (load.producer, load.consumer)
        and other.verdict.case.recipe.id == case.recipe.id
        and PREDICTIONS in other.verdict.kept
    ]
    found.sort(
        key=lambda other: (
            other.verdict.case.format != case.format,
            other.verdict.case.loader != case.loader,
            not other.compiled,
        )
    )
    return _way(found[0], load) if found else ""


def _way(other: Loaded, load: Loaded) -> str:
    one, another = other.verdict.case, load.verdict.case
    names = [] if (one.format, one.loader) == (another.format, another.loader) else [f"{one.format}-{one.loader}"]
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
    for recipe in dict.fromkeys(load.verdict.case.recipe.id for load in crossed.loads):
        lines += ["", heading(recipe)]
        for way, loads in grouped(crossed.loads, recipe).items():
            lines += ["", table([[way, *consumers(crossed)], *_grid(loads, crossed, notes)])]
    lines += ["", heading("Notes"), "", *(f"{number}. {text}" for number, text in enumerate(notes.texts.values(), 1))]
    return lines


def grouped(loads: Sequence[Loaded], recipe: str) -> dict[str, list[Loaded]]:
    """The loads of a recipe by the way to load, as "savedmodel-bare, compile=False"."""
    grouped: dict[str, list[Loaded]] = {}
    for load in loads:
        if load.verdict.case.recipe.id == recipe:
            grouped.setdefault(replace(load, compiled=True).way, [])
            grouped.setdefault(load.way, []).append(load)
    return {way: found for way, found in grouped.items() if found}


def consumers(crossed: Crossed) -> list[str]:
    """The rows that have loaded anything, in their order."""
    return list(dict.fromkeys(load.consumer for load in crossed.loads))


def _grid(loads: Sequence[Loaded], crossed: Crossed, notes: Notes) -> list[list[str]]:
    """A line for each producer that could save it."""
    by_pair = {(load.producer, load.consumer): load for load in loads}
    return [
        [producer, *(_cell(by_pair.get((producer, each)), crossed.loads, notes) for each in consumers(crossed))]
        for producer in dict.fromkeys(load.producer for load in loads)
    ]


def _cell(load: Loaded | None, loads: Sequence[Loaded], notes: Notes) -> str:
    if load is None:
        return ABSENT
    word, number = happened(load.verdict, notes)
    if not number:
        return word
    way = instead(load, loads)
    return f"{word} [{number}]" + (f" → {way}" if way else "")


def happened(verdict: Verdict, notes: Notes) -> tuple[str, int]:
    """What became of a load in one word, and the number of the note that says more; 0 where there is no more."""
    if verdict.stage:
        remark = f"{verdict.stage}: {verdict.failure}"
        return REFUSED, notes.number(_cut(remark), remark)
    if not verdict.broken:
        return WHOLE, 0
    lost = ", ".join(verdict.broken)
    examples = "; ".join(str(verdict.about(aspect)[0]) for aspect in verdict.broken)
    number = notes.number(lost, f"lost: {lost}. For example {examples}")
    return PARTLY if PREDICTIONS in verdict.kept else WRONG, number


def _summary(crossed: Crossed) -> list[list[str]]:
    """For every way to load: how often each aspect survived."""
    aspects = [aspect for aspect in ASPECTS if aspect != RESAVE]
    rows = [["recipe", "way", "loaded", *aspects]]
    for recipe in dict.fromkeys(load.verdict.case.recipe.id for load in crossed.loads):
        for way, loads in grouped(crossed.loads, recipe).items():
            whole = [load for load in loads if not load.verdict.stage]
            counts = (_survived(whole, aspect) for aspect in aspects)
            rows.append([recipe.partition("-")[0], way, f"{len(whole)} of {len(loads)}", *counts])
    return rows


def _survived(loads: Sequence[Loaded], aspect: str) -> str:
    verdicts = [load.verdict for load in loads if aspect not in load.verdict.unseen()]
    if not verdicts:
        return ABSENT
    text = f"{sum(aspect in verdict.kept for verdict in verdicts)}/{len(verdicts)}"
    return text if aspect in verdicts[0].promised else f"({text})"


def _text_table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join("  ".join(each.ljust(width) for each, width in zip(row, widths)).rstrip() for row in rows)
