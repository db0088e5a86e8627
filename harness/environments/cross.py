"""Across environments: what one has saved, every other one loads."""

from __future__ import annotations

import platform
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Callable, Iterator, Mapping, Sequence

from harness.driver.plans import Load, Save
from harness.driver.run import Run
from harness.driver.settings import Settings
from harness.environment import Environment
from harness.environments.table import Row
from harness.formats import find_format
from harness.nouns import REBUILD, RESAVE, SERVED, Case, InfrastructureError
from harness.processes.fleet import Fleet
from harness.suite.expectations import unmet
from harness.verdict import Finding, Lost, Unseen, Verdict
from harness.words import gist

Say = Callable[[str], None]


@dataclass(frozen=True)
class Loaded:
    """One artifact, loaded in one environment.

    Attributes:
        producer: The row that saved it.
        consumer: The row that loaded it.
        compiled: False for load_model(..., compile=False).
        verdict: What became of it; of a model that was loaded without compile(), what that makes is not promised.
    """

    producer: str
    consumer: str
    compiled: bool
    verdict: Verdict

    @property
    def way(self) -> str:
        """How it was loaded: "savedmodel-bare, compile=False"."""
        case = self.verdict.case
        return f"{case.format}-{case.loader}" + ("" if self.compiled else ", compile=False")


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
    loads: list[Loaded] = field(default_factory=list)
    day: str = field(default_factory=lambda: date.today().isoformat())


def joined(parts: Sequence[Crossed]) -> Crossed:
    """Parts of one crossing as a whole: of different producers, say, each crossed on a machine of its own."""
    whole = Crossed(day=min(each.day for each in parts)) if parts else Crossed()
    for each in parts:
        whole.versions.update(each.versions)
        whole.broken.update(each.broken)
    consumers = list(dict.fromkeys(load.consumer for each in parts for load in each.loads))
    loads = [load for each in parts for load in each.loads]
    whole.loads = sorted(loads, key=lambda load: consumers.index(load.consumer))
    return whole


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
        assert self.settings.records is not None
        how = replace(self.settings, records=self.settings.records / row)
        records: dict[str, Path] = {}
        failures: list[Verdict] = []
        with Run([Save(tuple(one_each.values()))], environment, how) as verdicts:
            for case in possible:
                verdict = verdicts[one_each[case.recipe.id, case.format]]
                if verdict.record:
                    records[case.id] = Path(verdict.record).resolve()
                else:
                    failures.append(replace(verdict, case=case))
        self.say(f"{row}: {len(set(records.values()))} artifacts saved, {len(failures)} cells did not train or save")
        return Saved(row, records, failures)

    def _load_all(self, producers: Sequence[Saved], row: str, environment: Environment) -> Iterator[Loaded]:
        """Load what every producer has saved, in processes of one environment that stay warm."""
        logs, how = self.settings.logs / row, self.settings
        fleet = Fleet(environment, logs, how.fresh, hash_seed=how.hash_seed)
        try:
            for saved in producers:
                loads = [Loaded(saved.row, row, True, anywhere(verdict)) for verdict in saved.failures]
                for compiled in (True, False):
                    loads += self._load(saved, row, fleet, compiled)
                whole = [each.verdict for each in loads if not each.verdict.stage]
                kept = sum(not verdict.broken for verdict in whole)
                self.say(
                    f"{saved.row} -> {row}: {len(whole)} of {len(loads)} loaded, {kept} kept all that they promise"
                )
                yield from loads
        finally:
            fleet.close()

    def _load(self, saved: Saved, row: str, fleet: Fleet, compiled: bool) -> list[Loaded]:
        cases = [case for case in self.cases if case.id in saved.records and (compiled or loads_uncompiled(case))]
        logs = self.settings.logs / row / f"{saved.row}{'' if compiled else '-uncompiled'}"
        plan = Load({case: saved.records[case.id] for case in cases}, compiled)
        with Run([plan], fleet.environment, replace(self.settings, records=None, logs=logs), fleet) as verdicts:
            return [Loaded(saved.row, row, compiled, anywhere(verdict)) for verdict in verdicts]


def loads_uncompiled(case: Case) -> bool:
    """Whether there is a load_model in it, which takes compile=False."""
    return find_format(case.format).load_uncompiled is not None and case.loader not in (REBUILD, *SERVED)


def anywhere(verdict: Verdict) -> Verdict:
    """A verdict without where its record lay and on which machine, so that what is alike reads alike."""

    def plain(text: str) -> str:
        text = text.replace(f"running on {platform.node()}.", "running on this machine.")
        return text.replace(f"{verdict.record}/", "") if verdict.record else text

    def plain_finding(finding: Finding) -> Finding:
        if isinstance(finding, Lost):
            return Lost(tuple(replace(each, problem=plain(each.problem)) for each in finding.differences))
        return replace(finding, why=plain(finding.why)) if isinstance(finding, Unseen) else finding

    findings = {aspect: plain_finding(each) for aspect, each in verdict.findings.items() if aspect != RESAVE}
    return replace(verdict, failure=plain(gist(verdict.failure)), findings=findings, record="", log="")
