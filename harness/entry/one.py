"""One verdict: of a cell of the suite, of a module of somebody's own, or of a record."""

from __future__ import annotations

import shlex
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Iterator, Sequence

from harness.driver.plans import RoundTrip
from harness.driver.run import Run
from harness.driver.settings import Settings
from harness.driver.temporary import passing_folder
from harness.entry.asked import Limits, Output, Wanted
from harness.entry.check import has_packaging_code, logs_in, prepared, run_check
from harness.entry.recipes import recipe_of
from harness.entry.trust import Trust
from harness.entry.verify import verify
from harness.environment import Environment
from harness.formats import PACKAGED
from harness.nouns import Case, HarnessError
from harness.processes.capacity import capacity
from harness.processes.fleet import new_hash_seed
from harness.record.record import read_record
from harness.report.checked import REQUIRED
from harness.report.script import of_keras, script_command, shown_by_a_script
from harness.report.ways import keeps
from harness.scripts.fault import Fault
from harness.suite.expectations import unmet
from harness.suite.suite import Selection, Suite
from harness.verdict import Verdict
from harness.verdicts.judge import tolerances
from harness.words import gist


@dataclass(frozen=True)
class Found:
    """A verdict, and the command that writes scripts of it; "" where nothing can.

    As long as its context lasts, its record is there.
    """

    verdict: Verdict
    command: str = ""


@contextmanager
def of_a_module(path: Path, wanted: Wanted, environment: Environment, limits: Limits) -> Iterator[Found]:
    """Try a module, and take the first way that does not keep what is required; else the first that loses anything.

    Raises:
        HarnessError: It cannot be used, or did not train.
    """
    recipe, packages = recipe_of(path)
    environment = prepared(environment, [path], wanted)
    with passing_folder("harness-records-") as records, logs_in(limits.logs) as logs:
        limits = replace(limits, logs=logs)
        if packages is None and not wanted.formats:
            packages = has_packaging_code(recipe, environment, limits)
        if packages and not wanted.formats:
            wanted = replace(wanted, formats=(PACKAGED,))
        output = Output(records=records, passing=True)
        checked = run_check(recipe, wanted, environment, limits, output=output, lines=True)
        verdict = worst(checked.verdicts, wanted.required)
        yield Found(verdict, script_command(verdict))


def find_cell(id: str, suite: Suite, environment: Environment) -> Case:
    """A cell of the suite by its id, whatever matrix has it.

    Raises:
        HarnessError: There is no such cell, or it needs other versions.
    """
    cases = suite.to_run("full", Selection(ids=[id], keras=environment.keras))
    if len(cases) != 1:
        raise HarnessError(
            f"{id}: expected one cell, a record or a Python file; {len(cases) or 'no'} cells have this id, and "
            "`python -m harness list --matrix=full` has them all"
        )
    (case,) = cases
    needed = unmet(case, environment)
    if needed:
        raise HarnessError(f"{id}: {needed}")
    return case


@contextmanager
def of_a_cell(case: Case, suite: Suite, environment: Environment, limits: Limits) -> Iterator[Found]:
    """Run one cell of the suite.

    Raises:
        InfrastructureError: The environment cannot run models.
    """
    environment.check()
    with passing_folder("harness-records-") as records, logs_in(limits.logs) as logs:
        how = Settings(
            logs,
            records,
            workers=capacity(),
            seconds=limits.seconds,
            hash_seed=limits.hash_seed or new_hash_seed(),
            orphans=(records,),
        )
        with Run([RoundTrip((case,), mends=limits.mends)], environment, how) as run:
            (verdict,) = run
        writes = suite.source(case.recipe, environment.keras) is not None and shown_by_a_script(verdict)
        command = f"python -m harness repro {shlex.quote(case.id)}{of_keras(verdict)}" if writes else ""
        yield Found(verdict, command)


def of_a_record(path: Path, loaders: Sequence[str], environment: Environment, trust: Trust) -> Found:
    """Reload a record, and take the first load that loses anything.

    Raises:
        HarnessError: It cannot be loaded, or something dangerous is in it.
    """
    done = verify(path, loaders, environment, trust=trust)
    if done.dangers:
        raise HarnessError(
            f"{path}: not loaded: {done.dangers[0]}; --allow {done.dangers[0].kind} loads it all the same"
        )
    return Found(worst(done.verdicts, REQUIRED))


def worst(verdicts: Sequence[Verdict], required: Sequence[str]) -> Verdict:
    """The first that does not keep what is required; else the first that loses anything; else the first."""
    failed = [each for each in verdicts if not keeps(each, required)]
    lossy = [each for each in verdicts if each.broken or each.lost]
    return [*failed, *lossy, *verdicts][0]


def fault_of(verdict: Verdict, about: str, environment: Environment) -> Fault | None:
    """What scripts show of a verdict; None where nothing was lost that a script can show.

    Args:
        verdict: With a record that is there, if it came to be saved.
        about: The aspect to show; "" for the first that was lost.
        environment: Where it was reached.

    Raises:
        HarnessError: It did not train, or did not lose what is to be shown.
    """
    if verdict.stage and not shown_by_a_script(verdict):
        raise HarnessError(f"{verdict.case}: did not {verdict.stage}: {gist(verdict.failure)}")
    shown = shown_by_a_script(verdict)
    if about and about not in shown:
        raise HarnessError(f"{verdict.case} does not lose {about}; it loses {', '.join(shown) or 'nothing'}")
    if not shown:
        return None
    chosen = about or shown[0]
    says = gist(verdict.failure) if verdict.stage else str(verdict.about(chosen)[0])
    return Fault(
        verdict.case.format,
        verdict.case.loader,
        chosen,
        says,
        _tolerance(verdict, chosen),
        environment.keras,
        verdict.versions,
    )


def _tolerance(verdict: Verdict, about: str) -> float:
    if verdict.stage:
        return 0.0
    case: Case = verdict.case
    return tolerances(case, read_record(Path(verdict.record)).reference()).get(about, 0.0)
