"""A model of full size in the main formats: what its own training, save and load cost, and what the harness adds.

Each format is saved and loaded again by two bare interpreters, and then by the harness, one after another. Run it alone
on a machine with 20 GB of memory and of disk.
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Mapping, Sequence

from benchmarks import cells
from benchmarks.measured import Cost, run
from benchmarks.place import where
from cases.axes.recipes import recipe
from cases.checkpoint import RANDOM, SIZES
from dev import markers
from harness.nouns import CODE, REBUILD, Case, HarnessError

#: Each with the loader that has the model's code.
FORMATS: Mapping[str, str] = {
    "savedmodel": CODE,
    "whole_h5": CODE,
    "weights_h5": REBUILD,
    "checkpoint": REBUILD,
    "dot_keras": CODE,
}
#: Not tried unless it is named: legacy Keras reads such a file from its beginning at each step back
#: (docs/findings.md#legacy-keras-is-slow-to-read-a-keras-file-of-a-model-with-many-layers).
SLOW = frozenset({"dot_keras"})
#: Seconds that one process may take.
LIMIT = 3600
_COLUMNS = (
    *("format", "file, GB", "train, s", "save, s", "load, s", "bare, s", "harness, s", "bare, GB", "harness, GB"),
    *("observing, s", "saved again, s"),
)


@dataclass(frozen=True)
class Measured:
    """One format.

    Attributes:
        size: Bytes of what the format wrote.
        stages: Seconds of the bare operations: train, save, load, predict.
        bare: Cost of the two bare interpreters; the memory is the higher of the two.
        harness: Cost of the harness.
        observed: Seconds of what the harness does besides, by stage.
    """

    size: int
    stages: Mapping[str, float]
    bare: Cost
    harness: Cost
    observed: Mapping[str, float]


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.full_size",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="examples:\n  python -m benchmarks.full_size\n"
        "  python -m benchmarks.full_size --size large --format weights_h5 --json large.json\n"
        "  python -m benchmarks.full_size --page docs/performance.md",
    )
    parser.add_argument("--size", choices=SIZES, default="base", help="of the published XLM-RoBERTas (default: base)")
    parser.add_argument(
        "--format",
        action="append",
        choices=FORMATS,
        help=f"one of them; may be given again (default: all but {', '.join(sorted(SLOW))})",
    )
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write each measurement there when it is made, beside those in it"
    )
    parser.add_argument("--page", type=Path, metavar="FILE", help="put the table between its markers <!-- SIZE -->")
    options = parser.parse_args(arguments)
    try:
        if options.page:
            markers.check_place(options.page, options.size)
        measured = _read(options.json) if options.json and options.json.exists() else {}
        for name in options.format or [each for each in FORMATS if each not in SLOW]:
            measured[name] = measure(case_of(options.size, name))
            print(
                f"{name}: bare {measured[name].bare.wall:.0f} s, harness {measured[name].harness.wall:.0f} s",
                file=sys.stderr,
            )
            if options.json:
                options.json.write_text(json.dumps({name: asdict(each) for name, each in measured.items()}, indent=1))
        text = table({name: measured[name] for name in FORMATS if name in measured})
        print(text)
        if options.page:
            markers.put(options.page, options.size, text)
    except (HarnessError, RuntimeError) as error:
        parser.exit(2, f"{error}\n")


def _read(path: Path) -> dict[str, Measured]:
    """What an earlier command has measured: each of these takes a quarter of an hour."""
    said = json.loads(path.read_text())
    return {
        name: Measured(**{**each, "bare": Cost(**each["bare"]), "harness": Cost(**each["harness"])})
        for name, each in said.items()
    }


def case_of(size: str, format: str) -> Case:
    """The cell of a format, with a backbone of a published size."""
    named = recipe("main_layer", "mean_pool", "from_logits", "adamw", "float32", f"{RANDOM}{size}")
    return Case(named, format, FORMATS[format])


def measure(case: Case) -> Measured:
    """One format by bare interpreters, and by the harness."""
    python = [sys.executable, "-m"]
    size = str(case.recipe.arguments["checkpoint"]).removeprefix(RANDOM)
    with tempfile.TemporaryDirectory(prefix="full-size-") as text:
        folder = Path(text)
        halves = {
            half: run([*python, "benchmarks.full_size_script", half, size, case.format, text], folder / f"{half}.log")
            for half in ("save", "load")
        }
        stages = {name: seconds for each in halves.values() for name, seconds in json.loads(each.said).items()}
        written = folder / cells.find_format(case.format).artifact
        files = [each for each in (written.rglob("*") if written.is_dir() else [written]) if each.is_file()]
        taken = sum(each.stat().st_size for each in files)
    with tempfile.TemporaryDirectory(prefix="full-size-") as text:
        results = Path(text, "results.jsonl")
        options = [f"--size={size}", "--matrix=full", "--workers=1", f"--seconds={LIMIT}", f"--results={results}"]
        harness = run([*python, "harness", "run", *options, case.id], Path(text, "harness.log"))
        observed = json.loads(results.read_text().splitlines()[-1])["seconds"]
    return Measured(taken, stages, _both(*halves.values()), harness, observed)


def _both(one: Cost, other: Cost) -> Cost:
    """Of two processes, one after the other."""
    return Cost(
        one.wall + other.wall,
        one.cpu + other.cpu,
        max(one.memory, other.memory),
        max(one.anonymous, other.anonymous),
        one.said + other.said,
    )


def table(measured: Mapping[str, Measured]) -> str:
    """As Markdown, and where it was measured."""
    lines = [f"| {' | '.join(_COLUMNS)} |", "| --- " * len(_COLUMNS) + "|"]
    for name, each in measured.items():
        bare, seen = each.stages, each.observed
        lines.append(
            f"| {name} | {each.size / 1e9:.2f} | {bare['train']:.0f} | {bare['save']:.0f} | {bare['load']:.0f} "
            f"| {each.bare.wall:.0f} | {each.harness.wall:.0f} "
            f"| {each.bare.anonymous / 1e9:.1f} | {each.harness.anonymous / 1e9:.1f} "
            f"| {seen.get('observe', 0):.0f} | {seen.get('resave', 0):.0f} |"
        )
    return "\n".join([*lines, "", f"Each once, {where()}."])


if __name__ == "__main__":
    main()
