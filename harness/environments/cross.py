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
from harness.verdicts.wording import row as json_row
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
class Crossing:
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


def cross(
    producers: Sequence[Row],
    consumers: Sequence[Row],
    cases: Sequence[Case],
    settings: Settings,
    environment_of: Callable[[Row], Environment],
    say: Say = print,
) -> Crossing:
    """Let each producer save what it can, and each consumer load all of it.

    An environment that cannot be made, or that breaks on the way, costs its own row and column.

    Args:
        producers: Rows that train and save; their records go to a folder of each in settings.records.
        consumers: Rows that load.
        cases: The cells; what a producer's versions cannot save is left out for it.
        settings: How runs are carried out.
        environment_of: Makes a row's environment.
        say: Told of each step.

    Raises:
        InfrastructureError: No environment could be used at all.
    """
    crossing = Crossing()
    rows = {row.name: row for row in (*producers, *consumers)}
    environments: dict[str, Environment] = {}
    for row in rows.values():
        with _its_own_fault(crossing, row, say):
            environments[row.name] = environment_of(row)
            crossing.versions[row.name] = environments[row.name].deciding
            say(f"{row.name}: {environments[row.name].python}")
    if not environments:
        raise InfrastructureError(f"no environment can be used: {next(iter(crossing.broken.values()))}")
    records: dict[str, dict[str, Path]] = {}
    failures: dict[str, dict[str, Verdict]] = {}
    for row in producers:
        if row.name in environments:
            with _its_own_fault(crossing, row, say):
                records[row.name], failures[row.name] = _save(row, cases, environments[row.name], settings, say)
    for row in consumers:
        if row.name in environments and row.name not in crossing.broken:
            with _its_own_fault(crossing, row, say):
                crossing.loads += _load_all(row, records, failures, cases, environments[row.name], settings, say)
    return crossing


@contextmanager
def _its_own_fault(crossing: Crossing, row: Row, say: Say) -> Iterator[None]:
    """What breaks a row is told, and kept; the other rows go on."""
    try:
        yield
    except InfrastructureError as error:
        crossing.broken[row.name] = str(error)
        say(f"{row.name}: left out: {error}")


def _save(
    row: Row, cases: Sequence[Case], environment: Environment, settings: Settings, say: Say
) -> tuple[dict[str, Path], dict[str, Verdict]]:
    """Train and save; returns the records by case id, and the verdicts of what did not train or save."""
    possible = [case for case in cases if not unmet(case, environment)]
    # One loader for each format is enough to have it saved.
    one_each = {(case.recipe.id, case.format): case for case in possible}
    how = replace(settings, records=settings.records / row.name, keep=True, again=False)
    records: dict[str, Path] = {}
    failures: dict[str, Verdict] = {}
    run = Run(list(one_each.values()), environment, how).start()
    try:
        for case in possible:
            verdict = run.verdict(one_each[case.recipe.id, case.format])
            path = how.records / case.recipe.id / case.format
            if (path / "record.json").exists():
                records[case.id] = path
            else:
                failures[case.id] = replace(verdict, case=case)
    finally:
        run.close()
    say(f"{row.name}: {len(set(records.values()))} artifacts saved, {len(set(failures))} cells did not train or save")
    return records, failures


def _load_all(
    row: Row,
    records: Mapping[str, Mapping[str, Path]],
    failures: Mapping[str, Mapping[str, Verdict]],
    cases: Sequence[Case],
    environment: Environment,
    settings: Settings,
    say: Say,
) -> Iterator[Load]:
    """Load what every producer has saved, in processes of one environment that stays warm."""
    fleet = Fleet(environment, settings.logs / row.name, settings.fresh)
    try:
        for producer, paths in records.items():
            loads = [_load(producer, row.name, verdict, True) for verdict in failures[producer].values()]
            for compiled in (True, False):
                here = [
                    case
                    for case in cases
                    if case.id in paths and (compiled or find_format(case.format).load_uncompiled)
                    if compiled or case.loader not in (REBUILD, *SERVED)
                ]
                loads += _load_some(producer, row, here, paths, environment, fleet, settings, compiled)
            whole = [each for each in loads if not each.stage]
            kept = sum(not each.lost for each in whole)
            say(f"{producer} -> {row.name}: {len(whole)} of {len(loads)} loaded, {kept} kept all that they promise")
            yield from loads
    finally:
        fleet.close()


def _load_some(
    producer: str,
    consumer: Row,
    cases: Sequence[Case],
    paths: Mapping[str, Path],
    environment: Environment,
    fleet: Fleet,
    settings: Settings,
    compiled: bool,
) -> list[Load]:
    how = replace(
        settings,
        records=settings.records / f".{consumer.name}",
        logs=settings.logs / consumer.name / f"{producer}{'' if compiled else '-uncompiled'}",
        keep=False,
        again=False,
        compiled=compiled,
    )
    run = Run(cases, environment, how, fleet, {case.id: paths[case.id].resolve() for case in cases}).start()
    try:
        return [
            _load(producer, consumer.name, run.verdict(case), compiled, str(paths[case.id].resolve())) for case in cases
        ]
    finally:
        run.close()


def _load(producer: str, consumer: str, verdict: Verdict, compiled: bool, folder: str = "") -> Load:
    """A verdict in words; where the record lay and on which machine is left out, so that what is alike reads alike."""
    case = verdict.case

    def anywhere(text: str) -> str:
        text = text.replace(f"running on {platform.node()}.", "running on this machine.")
        return text.replace(f"{folder}/", "") if folder else text

    promised = find_format(case.format).keeps[case.loader] - {RESAVE}
    if not compiled:
        promised -= OF_COMPILED_MODELS
    told = json_row(verdict, promised)
    return Load(
        producer=producer,
        consumer=consumer,
        case=case.id,
        recipe=case.recipe.id,
        format=case.format,
        loader=case.loader,
        compiled=compiled,
        stage=verdict.stage,
        failure=anywhere(gist(verdict.failure)),
        aspects={aspect: word for aspect, word in told["aspects"].items() if aspect != RESAVE},
        problems={each.aspect: anywhere(str(each)) for each in reversed(verdict.differences)},
    )
