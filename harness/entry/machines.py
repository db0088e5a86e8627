"""Where the cells of a command are carried out: on this machine, or on the nodes of a cluster (`--on`)."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from types import TracebackType
from typing import Any, Mapping, Sequence

from harness.cluster.crew import Crew
from harness.cluster.messages import How, Pinned, Prepare, Prepared
from harness.cluster.on_ray import RayCluster
from harness.cluster.placement import Placement
from harness.driver.plans import RoundTrip
from harness.driver.run import Run
from harness.entry.options import environment, settings
from harness.entry.several import report_progress
from harness.environment import DECISIVE, Environment
from harness.environments.table import Row, find_rows, read_rows
from harness.nouns import HarnessError
from harness.processes.surroundings import of_the_driver
from harness.report.run_folder import RunFolder

#: The option.
ON: Mapping[str, Any] = {
    "default": "",
    "metavar": "ray[:ADDRESS]",
    "help": "carry out the cells on the nodes of a Ray cluster: the one that this machine is a node of, or that of a "
    "head, HOST:PORT; --workers and --records are then those of each node (docs/scale.md)",
}


class Here:
    """This machine."""

    def __init__(self, options: Any) -> None:
        self._options = options
        self.environment = environment(options)
        self.keras = self.environment.keras

    def __enter__(self) -> Here:
        return self

    def __exit__(self, *exception: object) -> None:
        pass

    def run(self, plan: RoundTrip, folder: RunFolder) -> Run:
        """A run of a plan, whose logs are in a folder."""
        return Run([plan], self.environment, settings(self._options, folder))


class OnNodes:
    """The nodes of a cluster, from when the context is entered until it is left."""

    def __init__(self, options: Any) -> None:
        self._options = options
        self._row = find_rows(options.row, read_rows())[0] if options.row else None
        self.keras = self._row.keras if self._row else str(options.keras)
        self._own = None if self._row else environment(options)

    def __enter__(self) -> OnNodes:
        expected = None if self._own is None else {"": self._own.versions}
        self._crew, prepared = crew(self._options, [self._row] if self._row else [], expected)
        if self._row is None:
            assert self._own is not None
            self.environment = self._own
        else:
            self.environment = _environment(prepared, self._row)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._crew.close()

    def run(self, plan: RoundTrip, folder: RunFolder) -> Placement:
        """A run of a plan, whose logs come to a folder; how each recipe is carried out, nodes know from the options."""
        return Placement(plan.cases, self._crew, folder.logs)


def machines(options: Any) -> Here | OnNodes:
    """Where cells are carried out, by --on.

    Raises:
        HarnessError: It names no cluster.
    """
    return OnNodes(options) if address(options) is not None else Here(options)


def address(options: Any) -> str | None:
    """The address that --on names, "" where it names none; None without the option.

    Raises:
        HarnessError: It names no cluster of a kind that is known.
    """
    if not options.on:
        return None
    kind, _, where = str(options.on).partition(":")
    if kind != "ray":
        raise HarnessError(f"--on {options.on}: expected ray, or ray:ADDRESS, such as ray:10.0.0.1:6379")
    return f"ray:{where}" if where.startswith("//") else where


def crew(
    options: Any, rows: Sequence[Row], expected: Mapping[str, Mapping[str, str]] | None, environments: str = ""
) -> tuple[Crew, Prepared]:
    """The nodes that --on names, ready, and what they have; whoever asks ends them.

    Args:
        options: Of the command.
        rows: Whose environments each node has; none for the interpreter of the node.
        expected: Versions that each must have, by row; None for those that most have.
        environments: The folder of environments on each node; "" for the user's cache there.

    Raises:
        InfrastructureError: There is no such cluster, or no node of it can be used.
    """
    around = of_the_driver()
    asked = Prepare(
        rows=tuple(map(_pinned, rows)),
        how=How(
            options.fresh,
            options.workers or 0,
            options.seconds,
            options.hash_seed,
            str(Path(options.records).resolve()) if options.records else "",
            getattr(options, "mends", False),
        ),
        keras=getattr(options, "keras", "2"),
        environments=environments,
        folder=os.getcwd(),
        path=tuple(each for each in around.path if each != os.getcwd()),
        variables={name: value for name, value in os.environ.items() if name in DECISIVE},
    )
    found = Crew(RayCluster(address(options) or "", options.workers or 0), asked, expected)
    try:
        return found, found.gather(report_progress)
    except BaseException:
        found.close()
        raise


def _pinned(row: Row) -> Pinned:
    return Pinned(row, row.requirements.read_text(encoding="utf-8") if row.requirements.exists() else "")


def _environment(prepared: Prepared, row: Row) -> Environment:
    """A row's environment on the nodes, by its versions; its interpreter is there."""
    return Environment(prepared.versions[row.name], row.keras, sys.executable, row.preload)
