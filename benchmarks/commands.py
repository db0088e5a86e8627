"""What somebody waits for: lists of cells, their collection, `pytest -k savedmodel`, `pytest cases`.

Run it alone on a machine.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Mapping, Sequence

from benchmarks.measured import Cost, run
from benchmarks.place import where
from dev import ROOT, markers
from harness.nouns import HarnessError

_PYTEST = ("-m", "pytest")


@dataclass(frozen=True)
class Command:
    """What is typed.

    Attributes:
        told: As it is typed, in Markdown.
        arguments: Of the interpreter.
        short: Whether it takes seconds, and is repeated.
    """

    told: str
    arguments: tuple[str, ...]
    short: bool = True


COMMANDS: Mapping[str, Command] = {
    "list": Command("`python -m harness list --matrix=full`", ("-m", "harness", "list", "--matrix=full")),
    "list 10000": Command(
        "`python -m harness list` of 10,000 cells",
        ("-m", "harness", "list", "--suite=benchmarks.plain:SUITE", "--matrix=10000"),
    ),
    "collect": Command(
        "`pytest --collect-only` of 12,000 tests: 1,000 cells, and their aspects",
        (
            *_PYTEST,
            "cases/test_roundtrip.py",
            "--collect-only",
            "-q",
            "--suite=benchmarks.plain:SUITE",
            "--matrix=1000",
        ),
    ),
    "savedmodel": Command("`pytest cases -k savedmodel`", (*_PYTEST, "cases", "-k", "savedmodel"), short=False),
    "default": Command("`pytest cases`", (*_PYTEST, "cases"), short=False),
}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.commands",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="examples:\n  python -m benchmarks.commands\n"
        "  python -m benchmarks.commands --only list --only collect\n"
        "  python -m benchmarks.commands --page docs/performance.md",
    )
    parser.add_argument("--only", action="append", choices=COMMANDS, help="one of them; may be given again")
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="how often the short ones run (default: 3)")
    parser.add_argument("--page", type=Path, metavar="FILE", help="put the table between its markers <!-- commands -->")
    options = parser.parse_args(arguments)
    if options.repeat < 1:
        parser.error(f"--repeat: expected 1 or more. Received: {options.repeat}")
    try:
        if options.page:
            markers.check_place(options.page, "commands")
        text = table(measure(options.only or list(COMMANDS), options.repeat))
        print(text)
        if options.page:
            markers.put(options.page, "commands", text)
    except (HarnessError, RuntimeError) as error:
        parser.exit(2, f"{error}\n")


def measure(names: Sequence[str], repeat: int) -> dict[str, list[Cost]]:
    """Each command; those that take seconds as often as is asked for."""
    logs = Path(tempfile.mkdtemp(prefix="commands-"))
    costs: dict[str, list[Cost]] = {}
    for name in names:
        command = COMMANDS[name]
        costs[name] = []
        for number in range(1, (repeat if command.short else 1) + 1):
            costs[name].append(run([sys.executable, *command.arguments], logs / f"{name}-{number}.log", folder=ROOT))
            print(f"[{number}] {command.told}: {costs[name][-1].wall:.1f} s", file=sys.stderr, flush=True)
    return costs


def table(costs: Mapping[str, Sequence[Cost]]) -> str:
    """Medians, as Markdown, and where they were measured."""
    lines = ["| | seconds | CPU seconds | memory, GB | times |", "| --- | --- | --- | --- | --- |"]
    for name, of in costs.items():
        wall, cpu = median(each.wall for each in of), median(each.cpu for each in of)
        memory = median(each.memory for each in of) / 1e9
        lines.append(f"| {COMMANDS[name].told} | {wall:.1f} | {cpu:.1f} | {memory:.1f} | {len(of)} |")
    return "\n".join([*lines, "", f"Medians, {where()}."])


if __name__ == "__main__":
    main()
