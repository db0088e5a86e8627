"""Results become what stands on the pages: pure functions."""

from __future__ import annotations

import re
from collections import Counter
from typing import Sequence

from harness.causes import CAUSES
from harness.nouns import ASPECTS, HarnessError
from harness.observation import Clue
from harness.page.reproduce import command, script
from harness.page.states import LOST_FREELY, MISSING, OTHER, STATES, keeping, loading
from harness.page.view import Because, Cell, Change, Link, Run, Way, count
from harness.report.header import Header
from harness.report.result import Result
from harness.report.results import RunResults
from harness.suite.expectations import FAILED, LOADING
from harness.verdict import Verdict
from harness.verdicts.wording import report

#: Of one aspect, so many differences stand on the page; all of them in a file beside it.
DIFFERENCES = 10
#: Longer lines are cut there: TensorFlow prints whole structures in one.
WIDTH = 400


def run(results: RunResults, name: str) -> Run:
    """One run, of which every cell that was to be tried has its place.

    Raises:
        HarnessError: It names a cause that this harness does not know.
    """
    header = results.header
    strange = [each.cause for one in results.results for each in one.verdict.causes if each.cause not in CAUSES]
    if strange:
        raise HarnessError(
            f"{results.path}: names the cause {strange[0]!r}, which this harness does not know; "
            "expected results of this harness: show them with the one that wrote them"
        )
    looked = dict.fromkeys((*ASPECTS, *(aspect for each in results.results for aspect in each.verdict.findings)))
    aspects = tuple(looked)
    names = Names()
    cells = [cell(each, aspects, header, names) for each in results.results]
    cells += [missing(each, aspects, names) for each in results.missing]
    ways: dict[str, list[Cell]] = {}
    for each in cells:
        ways.setdefault(each.way, []).append(each)
    return Run(name, header, aspects, tuple(_way(way, found) for way, found in ways.items()), _numbers(cells))


def cell(result: Result, aspects: Sequence[str], header: Header, names: Names) -> Cell:
    """All that stands on a page of one result."""
    verdict = result.verdict
    head, versions, *_ = report(verdict).split("\n")
    looked = [aspect for aspect in (LOADING, *verdict.findings) if _is_told(result, aspect)]
    return Cell(
        anchor=names.one(result.name),
        id=result.name,
        recipe=result.model or verdict.case.recipe.id,
        way=f"{verdict.case.format}-{verdict.case.loader}",
        state=loading(result),
        aspects=tuple(keeping(result, aspect) for aspect in aspects),
        headline=_cut(head.partition(f"{verdict.case}: ")[2] or head),
        changes=tuple(_change(result, aspect) for aspect in looked),
        because=tuple(_because(clue) for clue in verdict.causes),
        first=str(verdict.first or ""),
        facts=_facts(verdict, versions.strip()),
        reproduce=command(result, header),
        script=script(result, header),
        full=_full(result),
        file=names.last,
    )


def missing(name: str, aspects: Sequence[str], names: Names) -> Cell:
    """A cell that was to be tried, and has no result."""
    id, _, model = name.partition(" of ")
    way, _, loader = id.rpartition("-")
    recipe, _, format = way.rpartition("-")
    return Cell(
        names.one(name),
        name,
        model or recipe,
        f"{format}-{loader}",
        MISSING,
        (MISSING,) * len(aspects),
        "no result: the run broke off, or was stopped",
    )


class Names:
    """Names that are good as addresses, each another one: what comes from results may hold anything."""

    def __init__(self) -> None:
        self.given: set[str] = set()
        self.last = ""

    def one(self, name: str) -> str:
        """The name itself, where it is good for an address and nobody has it."""
        plain = re.sub(r"[^A-Za-z0-9._-]+", "_", name).strip("._")[:120] or "_"
        number, self.last = 1, plain
        while self.last in self.given:
            number += 1
            self.last = f"{plain}.{number}"
        self.given.add(self.last)
        return self.last


def link(because: str) -> Link:
    """Where a known failure is told of: an upstream issue, or a place in the documentation."""
    url = because if because.startswith(("https://", "http://")) else ""
    text = re.sub(r"^https://github\.com/([^/]+/[^/]+)/(?:issues|pull)/(\d+)$", r"\1#\2", because)
    return Link(text, url, "link-" + re.sub(r"[^A-Za-z0-9]+", "-", because.partition("://")[2] or because).strip("-"))


def _way(way: str, cells: Sequence[Cell]) -> Way:
    format, _, loader = way.rpartition("-")
    columns = zip(*(each.aspects for each in cells))
    return Way(
        way,
        format,
        loader,
        count(each.state for each in cells),
        tuple(count(column) for column in columns),
        tuple(cells),
    )


def _numbers(cells: Sequence[Cell]) -> tuple[tuple[str, str, int], ...]:
    """(outcome, in words, how many cells) of all that a run came to, what is other than expected first."""
    found = Counter(each.outcome for each in cells)
    words = {**{each.id: each.word for each in OTHER}, "known": "known upstream", "kept": "as asked for"}
    return tuple((outcome, word, found[outcome]) for outcome, word in words.items())


def _is_told(result: Result, about: str) -> bool:
    """Whether there is more to say of it than its state."""
    state = loading(result) if about == LOADING else keeping(result, about)
    return STATES.index(state) <= STATES.index(LOST_FREELY)


def _change(result: Result, about: str) -> Change:
    verdict, outcome = result.verdict, result.outcomes.get(about)
    if about == LOADING:
        state, lines = loading(result), [verdict.failure] if verdict.stage else []
    else:
        state, lines = keeping(result, about), list(verdict.complaints(about))
    note = _note(result, about) if outcome and outcome.kind == FAILED else ""
    links = tuple(link(each) for each in outcome.links) if outcome else ()
    shown = tuple(_cut(each) for each in lines[:DIFFERENCES])
    return Change(about, state, shown, len(lines) - len(shown), note, links)


def _note(result: Result, about: str) -> str:
    """What an outcome says besides the verdict: that it fails otherwise than known, or no longer."""
    told = report(result.verdict) if about == LOADING else report(result.verdict, about)
    why = result.outcomes[about].why
    return _cut(" ".join((why[len(told) :] if why.startswith(told) else why).split()))


def _because(clue: Clue) -> Because:
    return Because(clue.cause, CAUSES[clue.cause].words(clue), CAUSES[clue.cause].remedy(clue))


def _facts(verdict: Verdict, versions: str) -> dict[str, str]:
    seconds = ", ".join(f"{stage} {value:.1f} s" for stage, value in verdict.seconds.items())
    size = f"{verdict.size / 1000:,.0f} kB" if verdict.size else ""
    facts = {"versions": versions, "time": seconds, "artifact": size, "log": verdict.log}
    return {name: value for name, value in facts.items() if value}


def _full(result: Result) -> str:
    """Everything that was found, a line each."""
    verdict = result.verdict
    lines = [report(verdict), "", *([verdict.failure, ""] if verdict.stage else [])]
    for aspect in verdict.findings:
        lines += [f"{aspect}: {keeping(result, aspect).word}", *(f"  {each}" for each in verdict.complaints(aspect))]
    return "\n".join(lines) + "\n"


def _cut(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= WIDTH else line[: WIDTH - 1] + "…"
