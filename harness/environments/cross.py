"""Across environments: what one has saved, every other one loads."""

from __future__ import annotations

import platform
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Callable, Iterator, Mapping, Sequence

from harness.driver.run import Run
from harness.driver.tasks import Settings
from harness.environment import Environment
from harness.environments.table import Row
from harness.formats import find_format
from harness.nouns import (
    COMPILE,
    EVALUATION,
    OPTIMIZER,
    REBUILD,
    RESAVE,
    RESUME,
    SERVED,
    Case,
    InfrastructureError,
    Verdict,
)
from harness.processes.fleet import Fleet
from harness.suite.expectations import unmet
from harness.verdicts.wording import row as to_json
from harness.words import gist

#: What nobody asks of a model that was loaded with compile=False.
OF_COMPILED_MODELS = frozenset({COMPILE, OPTIMIZER, EVALUATION, RESUME})

Say = Callable[[str], None]


@dataclass(frozen=True)
class Load:
    """One artifact, loaded in one environment.

    Attributes:
        producer: The row that saved it.
        consumer: The row that loaded it.
        case: Id of the cell.
        recipe: Its recipe's id.
        format: Its format.
        loader: Its loader.
        compiled: False for load_model(..., compile=False).
        stage: Where it stopped, "" where it came through; failure says why.
        failure: The loader's own message.
        aspects: aspect -> "kept", "lost", "unobservable: why", with "not promised, " in front where it is not.
        problems: aspect -> the first difference, in words.
    """

    producer: str
    consumer: str
    case: str
    recipe: str
    format: str
    loader: str
    compiled: bool
    stage: str
    failure: str
    aspects: Mapping[str, str] = field(default_factory=dict)
    problems: Mapping[str, str] = field(default_factory=dict)

    @property
    def lost(self) -> tuple[str, ...]:
        """The promised aspects that did not survive."""
        return tuple(aspect for aspect, word in self.aspects.items() if word == "lost")

    def keeps(self, aspect: str) -> bool:
        """Whether it loaded and an aspect was seen to be the same, promised or not."""
        return not self.stage and self.aspects.get(aspect, "").endswith("kept")


@dataclass
class Crossed:
    """All loads of one run.

    Attributes:
        versions: row -> package -> version, of the rows that could be used.
        broken: row -> why it could not be used.
        loads: In the order of consumers, producers and cells.
        day: When it was run, as ISO 8601.
    """

    versions: dict[str, Mapping[str, str]] = field(default_factory=dict)
    broken: dict[str, str] = field(default_factory=dict)
    loads: list[Load] = field(default_factory=list)
    day: str = field(default_factory=lambda: date.today().isoformat())


@dataclass(frozen=True)
class Saved:
    """What one environment has trained and saved.

    Attributes:
        row: Its name.
        records: By a case's id, the record that it loads.
        failures: Of the cases that did not train or save.
    """

    row: str
    records: Mapping[str, Path]
    failures: Sequence[Verdict]


@dataclass(frozen=True)
class Crossing:
    """Cells, to be saved in some environments and loaded in others.

    Attributes:
        cases: The cells; what the versions of an environment cannot save is left out for it.
        settings: How runs are carried out; a folder of each row in settings.records has its records.
        environment_of: Makes a row's environment.
        say: Told of each step.
    """

    cases: Sequence[Case]
    settings: Settings
    environment_of: Callable[[Row], Environment]
    say: Say = print

    def run(self, producers: Sequence[Row], consumers: Sequence[Row]) -> Crossed:
        """Let each producer save what it can, and each consumer load all of it.

        An environment that cannot be made, or that breaks on the way, costs its own row and column.

        Raises:
            InfrastructureError: No environment could be used at all.
        """
        crossed = Crossed()
        environments: dict[str, Environment] = {}
        for row in {row.name: row for row in (*producers, *consumers)}.values():
            with self._its_own_fault(crossed, row):
                environments[row.name] = self.environment_of(row)
                crossed.versions[row.name] = environments[row.name].deciding
                self.say(f"{row.name}: {environments[row.name].python}")
        if not environments:
            raise InfrastructureError(f"no environment can be used: {next(iter(crossed.broken.values()))}")
        saved: list[Saved] = []
        for row in producers:
            if row.name in environments:
                with self._its_own_fault(crossed, row):
                    saved.append(self._save(row.name, environments[row.name]))
        for row in consumers:
            if row.name in environments and row.name not in crossed.broken:
                with self._its_own_fault(crossed, row):
                    crossed.loads += self._load_all(saved, row.name, environments[row.name])
        return crossed

    @contextmanager
    def _its_own_fault(self, crossed: Crossed, row: Row) -> Iterator[None]:
        """What breaks a row is told, and kept; the other rows go on."""
        try:
            yield
        except InfrastructureError as error:
            crossed.broken[row.name] = str(error)
            self.say(f"{row.name}: left out: {error}")

    def _save(self, row: str, environment: Environment) -> Saved:
        """Train and save."""
        possible = [case for case in self.cases if not unmet(case, environment)]
        # One loader for each format is enough to have it saved.
        one_each = {(case.recipe.id, case.format): case for case in possible}
        how = replace(self.settings, records=self.settings.records / row, keep=True, again=False)
        records: dict[str, Path] = {}
        failures: list[Verdict] = []
        run = Run(list(one_each.values()), environment, how).start()
        try:
            for case in possible:
                verdict = run.verdict(one_each[case.recipe.id, case.format])
                path = how.records / case.recipe.id / case.format
                if (path / "record.json").exists():
                    records[case.id] = path.resolve()
                else:
                    failures.append(replace(verdict, case=case))
        finally:
            run.close()
        self.say(f"{row}: {len(set(records.values()))} artifacts saved, {len(failures)} cells did not train or save")
        return Saved(row, records, failures)

    def _load_all(self, producers: Sequence[Saved], row: str, environment: Environment) -> Iterator[Load]:
        """Load what every producer has saved, in processes of one environment that stay warm."""
        fleet = Fleet(environment, self.settings.logs / row, self.settings.fresh)
        try:
            for saved in producers:
                loads = [load_of(saved, row, verdict, compiled=True) for verdict in saved.failures]
                for compiled in (True, False):
                    loads += self._load(saved, row, fleet, compiled)
                whole = [each for each in loads if not each.stage]
                kept = sum(not each.lost for each in whole)
                self.say(
                    f"{saved.row} -> {row}: {len(whole)} of {len(loads)} loaded, {kept} kept all that they promise"
                )
                yield from loads
        finally:
            fleet.close()

    def _load(self, saved: Saved, row: str, fleet: Fleet, compiled: bool) -> list[Load]:
        cases = [case for case in self.cases if case.id in saved.records and (compiled or loads_uncompiled(case))]
        how = replace(
            self.settings,
            records=self.settings.records / f".{row}",
            logs=self.settings.logs / row / f"{saved.row}{'' if compiled else '-uncompiled'}",
            keep=False,
            again=False,
            compiled=compiled,
        )
        run = Run(cases, fleet.environment, how, fleet, {case.id: saved.records[case.id] for case in cases}).start()
        try:
            return [load_of(saved, row, run.verdict(case), compiled) for case in cases]
        finally:
            run.close()


def loads_uncompiled(case: Case) -> bool:
    """Whether there is a load_model in it, which takes compile=False."""
    return find_format(case.format).load_uncompiled is not None and case.loader not in (REBUILD, *SERVED)


def load_of(saved: Saved, consumer: str, verdict: Verdict, compiled: bool) -> Load:
    """A verdict in words; where the record lay and on which machine is left out, so that what is alike reads alike."""
    case = verdict.case
    record = saved.records.get(case.id)

    def anywhere(text: str) -> str:
        text = text.replace(f"running on {platform.node()}.", "running on this machine.")
        return text.replace(f"{record}/", "") if record else text

    promised = find_format(case.format).keeps[case.loader] - {RESAVE}
    if not compiled:
        promised -= OF_COMPILED_MODELS
    words = to_json(verdict, promised)["aspects"]
    return Load(
        producer=saved.row,
        consumer=consumer,
        case=case.id,
        recipe=case.recipe.id,
        format=case.format,
        loader=case.loader,
        compiled=compiled,
        stage=verdict.stage,
        failure=anywhere(gist(verdict.failure)),
        aspects={aspect: word for aspect, word in words.items() if aspect != RESAVE},
        problems={each.aspect: anywhere(str(each)) for each in reversed(verdict.differences)},
    )
