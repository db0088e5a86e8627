"""Write docs/families.md from results: what became of each family in each way, and why.

python -m dev.sweep.page RESULTS... --page docs/families.md
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Iterable, Mapping, Sequence

from dev.sweep.suite import SWEEPS, Model, Sweep, Way
from harness.environment import Environment
from harness.nouns import HarnessError
from harness.report.header import Header
from harness.report.results import Results, RunResults
from harness.report.ways import mend_words, outcome
from harness.suite.expectations import unmet
from harness.verdict import Mended, Verdict
from harness.words import gist

HEAD = """\
# Other people's models

What became of {count} models, each random, trained for a few steps and, where its library lets it be, tiny,
in the ways that people try first. A cell says what is lost of what the format's documentation promises; a number leads
to the message or the cause below; behind it stands what was tried against that; "-" is no way for this model. Written
by

```sh
python -m harness run --suite dev.sweep.suite:SUITE --matrix families --mends --results families.jsonl
python -m harness run --keras 3 --suite dev.sweep.suite:SUITE --matrix hub --mends --results hub.jsonl
python -m harness run --suite dev.sweep.suite:SUITE --matrix applications --mends --results legacy.jsonl
python -m harness run --keras 3 --suite dev.sweep.suite:SUITE --matrix applications --mends --results keras3.jsonl
python -m dev.sweep.page families.jsonl hub.jsonl legacy.jsonl keras3.jsonl --page docs/families.md
```
"""

_KERAS = {"2": "legacy Keras", "3": "Keras 3"}


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(
        prog="python -m dev.sweep.page",
        description="Say in a page what became of each family, by the results of several runs or parts of one.",
        epilog="example:\n  python -m dev.sweep.page families.jsonl hub.jsonl --page docs/families.md",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("results", nargs="+", type=Path, metavar="RESULTS", help="what `harness run` has written")
    parser.add_argument("--page", type=Path, metavar="FILE", help="where; without it, the page is printed")
    options = parser.parse_args(arguments)
    try:
        text = page([Results(each).read() for each in options.results])
    except HarnessError as error:
        print(f"dev.sweep.page: {error}", file=sys.stderr)
        return 2
    if options.page:
        options.page.write_text(text, encoding="utf-8")
    else:
        print(text, end="")
    return 0


def page(runs: Sequence[RunResults]) -> str:
    """The whole page, as Markdown.

    Raises:
        HarnessError: A run was of other cells.
    """
    parts: dict[tuple[str, str], list[RunResults]] = {}
    for run in runs:
        if run.header.matrix not in SWEEPS:
            raise HarnessError(
                f"{run.path}: results of --matrix={run.header.matrix}; expected those of {', '.join(SWEEPS)}"
            )
        parts.setdefault((run.header.matrix, run.header.keras), []).append(run)
    notes = _Notes()
    order = list(SWEEPS)
    tables = [_Table.of(parts[key]) for key in sorted(parts, key=lambda key: (order.index(key[0]), key[1]))]
    sections = [section for table in tables for section in ("", *table.lines(notes))]
    count = sum(len(table.tried) for table in tables)
    return "\n".join([HEAD.format(count=count), *sections[1:], "", "## Messages and causes", "", notes.text(), ""])


@dataclass(frozen=True)
class _Table:
    """What became of the families of one library with one Keras.

    Attributes:
        sweep: Which families these are.
        headers: Of the runs; several, where one was done in parts.
        verdicts: By the name of the cell.
    """

    sweep: Sweep
    headers: tuple[Header, ...]
    verdicts: Mapping[str, Verdict]

    @classmethod
    def of(cls, runs: Sequence[RunResults]) -> _Table:
        verdicts = {each.case.id: each for run in runs for each in run.verdicts}
        return cls(SWEEPS[runs[0].header.matrix], tuple(run.header for run in runs), verdicts)

    @property
    def tried(self) -> Mapping[str, Model]:
        """The models by family, of those that a cell has been computed of."""
        models = self.sweep.models.items()
        return {name: model for name, model in models if any(each.id in self.verdicts for each in model.cells.values())}

    def lines(self, notes: _Notes) -> Iterable[str]:
        """A section of the page."""
        rows = {family: self._row(model, notes) for family, model in self.sweep.models.items()}
        rows = {family: row for family, row in rows.items() if set(row.values()) != {_NONE}}
        ways = [way for way in self.sweep.ways if {row[way] for row in rows.values()} != {_NONE}]
        yield f"## {self.sweep.title}, with {_KERAS[self.headers[0].keras]}"
        yield ""
        yield from _runs(self.headers)
        yield ""
        yield f"| family | model | {' | '.join(' '.join(way) for way in ways)} |"
        yield f"| --- | --- |{' --- |' * len(ways)}"
        for family, row in rows.items():
            yield f"| {family} | {self.sweep.models[family].name} | {' | '.join(row[way] for way in ways)} |"
        if self.sweep.left_out:
            yield ""
            yield "Not tried:"
            yield ""
            yield from (f"- {family}: {reason}" for family, reason in self.sweep.left_out.items())

    def _row(self, model: Model, notes: _Notes) -> dict[Way, str]:
        cells = model.cells
        environment = Environment(self.headers[0].versions, self.headers[0].keras)
        row = {}
        for way in self.sweep.ways:
            if way not in cells or unmet(cells[way], environment):
                row[way] = _NONE
            else:
                found = self.verdicts.get(cells[way].id)
                row[way] = _cell(found, notes) if found else "not run"
        return row


#: Of a way that is none for a model, or not there with its Keras.
_NONE = "-"


def _runs(headers: Sequence[Header]) -> Iterable[str]:
    """When and with what, of each run that differs from the others in it."""
    return dict.fromkeys(
        f"{header.started[:10]}, {', '.join(f'{package} {version}' for package, version in header.versions.items())}."
        for header in headers
    )


def _cell(verdict: Verdict, notes: _Notes) -> str:
    if not verdict.stage and not verdict.broken:
        return "**keeps all**"
    causes = [f"[{each.cause}](causes.md#{each.cause})" for each in verdict.causes]
    because = "".join(f" [{notes.number(each)}]" for each in dict.fromkeys(causes or [_said(verdict)]))
    tried = "".join(f"; {mend_words(each.mend)}: {_promised(each, verdict)}" for each in verdict.mended)
    return (f"no {verdict.stage}" if verdict.stage else f"loses {', '.join(verdict.broken)}") + because + tried


def _promised(mended: Mended, verdict: Verdict) -> str:
    """What came of a mend, of what the format promises."""
    return outcome(replace(mended, lost=tuple(each for each in mended.lost if each in verdict.promised)))


def _said(verdict: Verdict) -> str:
    """The message at which it stopped, or the first difference, of what has no cause that is known."""
    return gist(verdict.failure) if verdict.stage else verdict.complaints(verdict.broken[0])[0]


class _Notes:
    """Texts with a number each, in the order in which they are first asked for."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def number(self, text: str) -> int:
        return self._numbers.setdefault(text, len(self._numbers) + 1)

    def text(self) -> str:
        return "\n".join(f"{number}. {text}" for text, number in self._numbers.items())


if __name__ == "__main__":
    sys.exit(main())
