"""`check` on a small model, against a bare interpreter that trains it once, and saves and loads it in every format.

Each is done in turns. Run it alone on a machine.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import sys
import tempfile
from pathlib import Path
from statistics import median
from types import ModuleType
from typing import Mapping, Sequence

from benchmarks.measured import Cost, run
from benchmarks.place import where
from dev import ROOT, markers
from harness.environment import Environment
from harness.formats import USUAL
from harness.nouns import HarnessError

MODEL = ROOT / "docs" / "models" / "cnn_batchnorm.py"
#: How each is called, and what it ends with: `check` with 1, where a way loses what is required.
WAYS: Mapping[str, tuple[str, ...]] = {
    "bare": ("-m", "benchmarks.one_model", "--bare"),
    "check": ("-m", "harness", "check", str(MODEL)),
}


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.one_model",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="examples:\n  python -m benchmarks.one_model\n"
        "  python -m benchmarks.one_model --repeat 5 --page docs/performance.md",
    )
    parser.add_argument("--repeat", type=int, default=3, metavar="N", help="how often each is run (default: 3)")
    parser.add_argument("--page", type=Path, metavar="FILE", help="put the table between its markers <!-- check -->")
    parser.add_argument("--bare", action="store_true", help=argparse.SUPPRESS)  # the bare interpreter itself
    options = parser.parse_args(arguments)
    if options.repeat < 1:
        parser.error(f"--repeat: expected 1 or more. Received: {options.repeat}")
    if options.bare:
        print(bare())
        return
    try:
        if options.page:
            markers.check_place(options.page, "check")
        text = table(measure(options.repeat))
        print(text)
        if options.page:
            markers.put(options.page, "check", text)
    except (HarnessError, RuntimeError) as error:
        parser.exit(2, f"{error}\n")


def bare() -> int:
    """Train the model, and save and load it in every format that is for it; how many these were."""
    os.environ.setdefault("TF_USE_LEGACY_KERAS", "1")
    module = _imported(MODEL)
    model = module.build()
    model.fit(*module.data(), verbose=0)
    objects = {name: value for name, value in vars(module).items() if isinstance(value, type)}
    here, done = Environment.of_this_process(), 0
    with tempfile.TemporaryDirectory() as text:
        for format in USUAL.values():
            if here.unmet(format.needs) or not format.suits(model):
                continue
            path = Path(text, format.name, format.artifact)
            path.parent.mkdir()
            format.save(model, path)
            if format.load is not None:
                format.load(path, objects)
            elif format.restore is not None:
                format.restore(module.build(), path)
            done += 1
    return done


def _imported(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def measure(repeat: int) -> dict[str, list[Cost]]:
    """Each as often, in turns."""
    costs: dict[str, list[Cost]] = {way: [] for way in WAYS}
    logs = Path(tempfile.mkdtemp(prefix="one-model-"))
    for number in range(1, repeat + 1):
        for way, command in WAYS.items():
            costs[way].append(run([sys.executable, *command], logs / f"{way}-{number}.log"))
            print(f"[{number}/{repeat}] {way}: {costs[way][-1].wall:.0f} s", file=sys.stderr, flush=True)
    return costs


def table(costs: Mapping[str, Sequence[Cost]]) -> str:
    """Medians, as Markdown, and where they were measured."""
    lines = ["| | seconds | of the bare interpreter | CPU seconds |", "| --- | --- | --- | --- |"]
    least = median(each.wall for each in costs["bare"])
    for way, of in costs.items():
        wall, cpu = median(each.wall for each in of), median(each.cpu for each in of)
        lines.append(f"| {way} | {wall:.1f} | {wall / least:.1f} | {cpu:.1f} |")
    formats = costs["bare"][0].said.split()[-1]  # Keras prints while it exports
    repeated = len(costs["bare"])
    return "\n".join([*lines, "", f"`{MODEL.relative_to(ROOT)}`, {formats} formats; medians of {repeated}, {where()}."])


if __name__ == "__main__":
    main()
