"""Sixteen cells four ways, alternating: scripts, one process, this harness, and the bare operations.

Run it alone on a machine: other work makes the ratios worthless.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median
from typing import Mapping, Sequence

from benchmarks.cells import CELLS
from benchmarks.measured import Cost, run
from benchmarks.place import where
from dev import markers
from harness.nouns import HarnessError


@dataclass(frozen=True)
class Way:
    """One way of testing the cells.

    Attributes:
        what: In words.
        command: Behind `python -m`.
        warm: Whether it prints its seconds itself, which leave out what makes a process warm.
    """

    what: str
    command: tuple[str, ...]
    warm: bool = False

    def run(self, log: Path) -> Cost:
        return run([sys.executable, "-m", *self.command], log)

    def seconds(self, cost: Cost) -> float:
        return float(cost.said) if self.warm else cost.wall


WAYS: Mapping[str, Way] = {
    "scripts": Way("two interpreters for each cell, predictions compared", ("benchmarks.scripts",)),
    "in one process": Way(
        "a test for each cell, one after another in one process, predictions compared", ("benchmarks.in_process",)
    ),
    "harness": Way(
        "this harness: fresh processes, every aspect, saved and loaded again",
        ("harness", "run", "--matrix=full", *(case.id for case in CELLS)),
    ),
    "floor": Way("the bare operations in two warm processes, nothing compared", ("benchmarks.floor",), warm=True),
}
_HEADER = """\
| {count} cells | seconds | of the floor | cells a minute | CPU seconds | memory, GB |
| --- | --- | --- | --- | --- | --- |"""


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.side_by_side",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="examples:\n  python -m benchmarks.side_by_side\n"
        "  python -m benchmarks.side_by_side --repeat 5 --json .harness/bench.json\n"
        "  python -m benchmarks.side_by_side --page docs/performance.md --page README.md",
    )
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="how often each way is run (default: 3)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write each measurement there")
    parser.add_argument(
        "--page",
        action="append",
        default=[],
        type=Path,
        metavar="FILE",
        help="put the table between its markers <!-- side -->; may be given again",
    )
    options = parser.parse_args(arguments)
    if options.repeat < 1:
        parser.error(f"--repeat: expected 1 or more. Received: {options.repeat}")
    try:
        for page in options.page:
            markers.check_place(page, "side")
        costs = measure(options.repeat)
        text = table(costs)
        print(text)
        if options.json:
            options.json.write_text(json.dumps({way: [asdict(each) for each in of] for way, of in costs.items()}))
        for page in options.page:
            markers.put(page, "side", text)
    except (HarnessError, RuntimeError) as error:
        parser.exit(2, f"{error}\n")


def measure(repeat: int) -> dict[str, list[Cost]]:
    """Each way as often, in turns."""
    costs: dict[str, list[Cost]] = {name: [] for name in WAYS}
    logs = Path(tempfile.mkdtemp(prefix="side-by-side-"))
    for number in range(1, repeat + 1):
        for name, way in WAYS.items():
            costs[name].append(way.run(logs / f"{name.replace(' ', '-')}-{number}.log"))
            print(f"[{number}/{repeat}] {name}: {costs[name][-1].wall:.0f} s", file=sys.stderr, flush=True)
    return costs


def table(costs: Mapping[str, Sequence[Cost]]) -> str:
    """Medians, as Markdown, and where they were measured."""
    seconds = {name: median(WAYS[name].seconds(each) for each in of) for name, of in costs.items()}
    lines = [_HEADER.format(count=len(CELLS))]
    for name, of in costs.items():
        cpu, memory = median(each.cpu for each in of), median(each.memory for each in of) / 1e9
        ratio, rate = seconds[name] / seconds["floor"], 60 * len(CELLS) / seconds[name]
        lines.append(
            f"| {name}: {WAYS[name].what} | {seconds[name]:.0f} | {ratio:.1f} | {rate:.0f} | {cpu:.0f} | {memory:.1f} |"
        )
    repeated = len(next(iter(costs.values())))
    return "\n".join([*lines, "", f"Medians of {repeated}, {where()}."])


if __name__ == "__main__":
    main()
