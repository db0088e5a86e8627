"""What it costs to place a recipe on a node over Ray, and how long many cells would take on many machines.

Starts a cluster of one node on this machine, with as many workers as the run on this machine has that it is held
against. The cells take no TensorFlow (tests/kills/). How long many cells would take is computed, by the seconds of a
file of results, or by cells a minute that were measured elsewhere.
"""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Any, Iterator, Sequence

from benchmarks.place import machine
from dev import ROOT, markers
from harness.cluster import on_ray
from harness.cluster.crew import Crew
from harness.cluster.messages import How, Prepare
from harness.cluster.on_ray import RayCluster
from harness.cluster.placement import Placement
from harness.driver.plans import RoundTrip
from harness.driver.run import Run
from harness.driver.settings import Settings
from harness.environment import Environment
from harness.nouns import CODE, TRAIN, Case, HarnessError, InfrastructureError, Recipe
from harness.report.results import Results

#: The full matrix: `python -m harness list --matrix=full | wc -l`, and its recipes.
CELLS, RECIPES, ROWS = 165_906, 9_798, 20
MACHINES = (1, 10, 50, 100, 500)
#: Cells of a recipe that a node without work answers: about as many as one of the full matrix has.
_ANSWERED = CELLS // RECIPES
_FORMATS = ("savedmodel", "whole_h5")


@dataclass(frozen=True)
class Cost:
    """Seconds.

    Attributes:
        connected: Until the driver is connected to a cluster that is there.
        ready: Then until its node is.
        placed: For one recipe, on a node that answers at once.
        local: For one recipe of the played suite, by a run on this machine.
        over_ray: The same on the node.
        ended: Until nothing of it is left on the node.
    """

    connected: float
    ready: float
    placed: float
    local: float
    over_ray: float
    ended: float


@dataclass(frozen=True)
class Rate:
    """How fast one machine is.

    Attributes:
        recipe: Seconds of training one recipe, in one process.
        cell: Seconds of all else of one cell, in one process.
        workers: Processes at once.
        source: Where it is from.
    """

    recipe: float
    cell: float
    workers: int
    source: str

    def seconds(self, recipes: int, cells: int) -> float:
        """On one machine."""
        return (recipes * self.recipe + cells * self.cell) / self.workers


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.placement",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="examples:\n  python -m benchmarks.placement\n"
        "  python -m benchmarks.placement --results .harness/results.jsonl --page docs/scale.md\n"
        "  python -m benchmarks.placement --cells-a-minute 30",
    )
    parser.add_argument("--recipes", type=int, default=12, metavar="N", help="of the played suite (default: 12)")
    parser.add_argument("--placed", type=int, default=300, metavar="N", help="that a node answers at once")
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="how often all is measured (default: 3)")
    parser.add_argument("--workers", type=int, default=2, metavar="N", help="of this machine and of each (default: 2)")
    rate = parser.add_mutually_exclusive_group()
    rate.add_argument("--results", type=Path, metavar="FILE", help="results of a run on one machine, for its seconds")
    rate.add_argument("--cells-a-minute", type=float, metavar="X", help="of one machine, measured elsewhere")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write each measurement there")
    parser.add_argument("--page", type=Path, metavar="FILE", help="put the tables between <!-- placement -->")
    options = parser.parse_args(arguments)
    if min(options.recipes, options.placed, options.repeat, options.workers) < 1:
        parser.error("--recipes, --placed, --repeat, --workers: expected 1 or more each")
    try:
        if options.page:
            markers.check_place(options.page, "placement")
        rated = rate_of(options)
        with node(options.workers) as address:
            costs = []
            for number in range(1, options.repeat + 1):
                costs.append(measured(address, options))
                print(f"[{number}/{options.repeat}] {costs[-1]}", file=sys.stderr, flush=True)
        cost = Cost(*(median(values) for values in zip(*(asdict(each).values() for each in costs))))
        text = table(cost, options.repeat, options.workers)
        if rated is not None:
            text = f"{text}\n\n{projection(rated, cost.placed)}"
        print(text)
        if options.json:
            options.json.write_text(json.dumps([asdict(each) for each in costs]))
        if options.page:
            markers.put(options.page, "placement", text)
    except (HarnessError, InfrastructureError) as error:
        parser.exit(2, f"{error}\n")


def rate_of(options: Any) -> Rate | None:
    """How fast one machine is, by the options; None where they do not say."""
    if options.cells_a_minute:
        source = f"{options.cells_a_minute:g} cells a minute"
        return Rate(0.0, 60 / options.cells_a_minute * options.workers, options.workers, source)
    if options.results is None:
        return None
    read = Results(options.results).read()
    trained = {each.case.recipe.id: each.seconds.get(TRAIN, 0.0) for each in read.verdicts}
    rest = [sum(s for stage, s in each.seconds.items() if stage != TRAIN) for each in read.verdicts]
    if not rest:
        raise HarnessError(f"{options.results}: expected results of cells; it has none")
    recipe, cell = sum(trained.values()) / len(trained), sum(rest) / len(rest)
    day = read.header.started[:10]
    source = f"{len(rest)} cells of {len(trained)} recipes, {day}: {recipe:.1f} s to train one, {cell:.1f} s for a cell"
    return Rate(recipe, cell, options.workers, source)


@contextlib.contextmanager
def node(workers: int) -> Iterator[str]:
    """The address of a cluster of one node, on this machine."""
    tests = str(ROOT / "tests")
    sys.path.insert(0, tests)
    os.environ["PYTHONPATH"] = os.pathsep.join([str(ROOT), tests])  # what the workers of the node have
    # It is 15: whoever else works on this machine would tell the difference.
    os.environ["RAY_worker_niceness"] = "0"  # noqa: SIM112 (so it is called)
    try:
        from ray.cluster_utils import Cluster
    except ImportError:
        raise InfrastructureError("this takes Ray; install it with: pip install 'roundtrip-harness[ray]'") from None
    memory = 100 * 2**20
    head = {"num_cpus": workers, "include_dashboard": False, "object_store_memory": memory}
    cluster = Cluster(initialize_head=True, head_node_args=head)
    try:
        yield cluster.address
    finally:
        cluster.shutdown()


def measured(address: str, options: Any) -> Cost:
    """All of it, once."""
    from kills import played

    idle = [Case(Recipe(f"r{n}", ""), f"f{each}", CODE) for n in range(options.placed) for each in range(_ANSWERED)]
    busy = [Case(Recipe(f"r{n}", ""), each, CODE) for n in range(options.recipes) for each in _FORMATS]
    with tempfile.TemporaryDirectory() as text:
        folder = Path(text)
        begun = time.monotonic()
        with Run([RoundTrip(tuple(busy))], played.HERE, Settings(folder, workers=options.workers, hash_seed=7)) as run:
            local = _steady(run, busy, begun, options.recipes)
        _, _, placed, _ = _over(address, "benchmarks.idle_node", Environment(), idle, options.placed, options)
        connected, ready, over_ray, ended = _over(address, "kills.placed", played.HERE, busy, options.recipes, options)
    return Cost(connected, ready, placed, local, over_ray, ended)


def _over(
    address: str, module: str, here: Environment, cases: Sequence[Case], recipes: int, options: Any
) -> tuple[float, float, float, float]:
    """Seconds until connected, until ready, for one recipe, and until all has ended."""
    on_ray.NODE = module
    asked = Prepare((), How("forkserver", options.workers, 300, 7), "2", "", os.getcwd(), (), {})
    with tempfile.TemporaryDirectory() as logs:
        times = [time.monotonic()]
        cluster = RayCluster(address, options.workers)
        times.append(time.monotonic())
        crew = Crew(cluster, asked, {"": here.versions})
        try:
            crew.gather(lambda line: None)
            times.append(time.monotonic())
            with Placement(cases, crew, Path(logs)) as run:
                one = _steady(run, cases, times[-1], recipes)
            times.append(time.monotonic())
        finally:
            crew.close()
        times.append(time.monotonic())
    return times[1] - times[0], times[2] - times[1], one, times[4] - times[3]


def _steady(run: Any, cases: Sequence[Case], begun: float, recipes: int) -> float:
    """Seconds for one recipe, from when the first is done: what makes processes warm is another matter."""
    first = [case for case in cases if case.recipe.id == cases[0].recipe.id]
    for case in first:
        assert not run[case].stage, run[case].failure
    begun = time.monotonic() if recipes > 1 else begun
    for case in cases:
        assert not run[case].stage, run[case].failure
    return (time.monotonic() - begun) / max(1, recipes - 1)


def table(cost: Cost, repeat: int, workers: int) -> str:
    """As Markdown, and where it was measured."""
    rows = (
        ("the driver is connected to a cluster that is there", f"{cost.connected:.2f}"),
        ("then its node is ready", f"{cost.ready:.2f}"),
        (f"one recipe of {_ANSWERED} cells is placed, on a node that answers at once", f"{cost.placed:.4f}"),
        (f"one recipe of {len(_FORMATS)} cells, played, on this machine", f"{cost.local:.2f}"),
        ("the same on the node", f"{cost.over_ray:.2f}"),
        ("nothing is left on the node", f"{cost.ended:.2f}"),
    )
    lines = ["| until | seconds |", "| --- | --- |", *(f"| {what} | {seconds} |" for what, seconds in rows)]
    times = "Once" if repeat == 1 else f"Medians of {repeat}"
    return "\n".join([*lines, "", f"{times}, {workers} workers, {machine()}."])


def projection(rate: Rate, placed: float) -> str:
    """How long all cells on all rows would take, as Markdown: the work divides, what the driver does does not."""
    recipes, cells = RECIPES * ROWS, CELLS * ROWS
    work, driver = rate.seconds(recipes, cells), recipes * placed
    lines = [f"| machines of {rate.workers} workers | hours | of that, the driver is busy |", "| --- | --- | --- |"]
    for count in MACHINES:
        hours = max(work / count, driver) / 3600
        lines.append(f"| {count} | {hours:,.0f} | {driver / 3600 / hours:.1%} |")
    said = f"{CELLS:,} cells of {RECIPES:,} recipes x {ROWS} rows, by {rate.source}; {60 * cells / work:.1f} cells a"
    return "\n".join([*lines, "", f"{said} minute on one machine; what makes environments and processes is left out."])


if __name__ == "__main__":
    main()
