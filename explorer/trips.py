"""Round-trip drawn models, and see which failures are news."""

from __future__ import annotations

import re
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import Iterator, Sequence

from explorer.known import KNOWN
from explorer.models import Model
from explorer.source import source
from harness.driver.plans import RoundTrip
from harness.driver.run import Run
from harness.driver.settings import Settings
from harness.nouns import BARE, REBUILD, SERVING, Case, Recipe
from harness.processes.fleet import Fleet
from harness.verdict import Verdict

#: Every drawn model makes these round trips.
CELLS = (
    ("savedmodel", BARE),
    ("savedmodel", SERVING),
    ("traceless", BARE),
    ("whole_h5", BARE),
    ("dot_keras", BARE),
    ("weights_h5", REBUILD),
    ("tf_weights", REBUILD),
    ("checkpoint", REBUILD),
    ("export", SERVING),
)


@dataclass(frozen=True)
class Failure:
    """What is new about one verdict.

    Attributes:
        about: The aspect or the stage; the first that failed, since causes come before effects.
        lines: What nobody has explained of it.
    """

    format: str
    loader: str
    about: str
    lines: tuple[str, ...]

    @property
    def kind(self) -> tuple[str, ...]:
        return (self.format, self.loader, self.about, self.gist)

    @property
    def gist(self) -> str:
        """What happened, without what differs from model to model: names and numbers."""
        text = re.sub(r"'[^']*'|\"[^\"]*\"", "'...'", self._head)
        return re.sub(r"-?\b\d[\w.+-]*|\bnan\b|-?\binf\b", "#", text)[:160]

    def __str__(self) -> str:
        return f"{self.format}, {self.loader}, {self.about}: {self._head}"

    @property
    def _head(self) -> str:
        """The first line; TensorFlow may have "in user code:" there, and what it has to say at the end."""
        first = self.lines[0].splitlines()[0]
        said = re.findall(r"^ *(\w+Error: .+)$", self.lines[0], re.MULTILINE)
        return said[-1] if first.endswith("in user code:") and said else first


@dataclass(frozen=True)
class Trips:
    """Round trips in warm processes.

    Attributes:
        fleet: Whose processes are used.
        logs: Where logs of the processes go.
        seconds: Time limit of one process.
    """

    fleet: Fleet
    logs: Path
    seconds: float = 300

    def verdicts(self, models: Sequence[Model], cells: Sequence[tuple[str, str]] = CELLS) -> Iterator[list[Verdict]]:
        """The verdicts of each model in turn; while one is judged, the next is trained."""
        with tempfile.TemporaryDirectory(prefix="explored-") as folder:
            cases = [_cases(Path(folder), number, model, cells) for number, model in enumerate(models)]
            plan = RoundTrip(tuple(case for cells in cases for case in cells), resave=False)
            settings = Settings(self.logs, seconds=self.seconds, orphans=(Path(folder),))
            with Run([plan], self.fleet.environment, settings, self.fleet) as verdicts:
                for cells in cases:
                    yield [verdicts[case] for case in cells]


def _cases(folder: Path, number: int, model: Model, cells: Sequence[tuple[str, str]]) -> list[Case]:
    # A folder of its own for each: a process has one module of a name.
    path = folder / f"model{number}" / "explored.py"
    path.parent.mkdir()
    path.write_text(source(model), encoding="utf-8")
    return [Case(Recipe(f"drawn{number}", str(path)), format, loader) for format, loader in cells]


def failure(model: Model, verdict: Verdict) -> Failure | None:
    """What a format promised and did not keep, and is not known."""
    cell = (verdict.case.format, verdict.case.loader)
    found = {aspect: list(verdict.complaints(aspect)) for aspect in verdict.findings if aspect in verdict.promised}
    if verdict.stage:
        found = {verdict.stage: [verdict.failure.strip()]}
    for about, lines in found.items():
        news = [line for line in lines if not any(each.explains(model, cell, about, line) for each in KNOWN)]
        if news:
            return Failure(*cell, about, tuple(news))
    return None
