"""A hundred cells, a thousand, ten thousand: whether a cell costs the same, and what the run itself takes meanwhile.

Looks at the run every few seconds: cells that are done, memory of the driver, disk, and size of the results.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Mapping, Sequence

from benchmarks.measured import memory_of
from benchmarks.place import where
from benchmarks.plain import SIZES
from dev import markers
from harness.nouns import HarnessError

#: Seconds between two looks.
INTERVAL = 5.0
_COLUMNS = (
    *("cells", "minutes", "seconds a cell, first tenth", "last tenth", "driver, MB, at a tenth", "in the end"),
    *("disk, MB, at most", "results, KB a cell"),
)


@dataclass(frozen=True)
class Look:
    """A run at one moment.

    Attributes:
        seconds: Since it began.
        done: Cells that have a line among the results.
        driver: Bytes of the driver that are no file's.
        disk: Bytes of its temporary folder: records, and what was seen.
        results: Bytes.
    """

    seconds: float
    done: int
    driver: int
    disk: int
    results: int


def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.growth",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
        epilog="examples:\n  python -m benchmarks.growth\n"
        "  python -m benchmarks.growth --cells 100 --json growth.json\n"
        "  python -m benchmarks.growth --cells 1000 --cells 10000 --page docs/performance.md --plot docs/growth.svg",
    )
    parser.add_argument(
        "--cells", action="append", type=int, choices=SIZES, help="how many; may be given again (default: 100, 1000)"
    )
    parser.add_argument("--json", type=Path, metavar="FILE", help="write each look there")
    parser.add_argument("--page", type=Path, metavar="FILE", help="put the table between its markers <!-- growth -->")
    parser.add_argument("--plot", type=Path, metavar="FILE", help="draw what was seen, as SVG")
    options = parser.parse_args(arguments)
    try:
        if options.page:
            markers.check_place(options.page, "growth")
        looks = {count: run(count) for count in options.cells or SIZES[:2]}
        text = table(looks)
        print(text)
        if options.json:
            seen = {count: [asdict(each) for each in of] for count, of in looks.items()}
            options.json.write_text(json.dumps(seen))
        if options.plot:
            plot(looks, options.plot)
        if options.page:
            markers.put(options.page, "growth", text)
    except (HarnessError, RuntimeError) as error:
        parser.exit(2, f"{error}\n")


def run(count: int) -> list[Look]:
    """Run so many cells, and look at it until it ends.

    Raises:
        RuntimeError: It failed.
    """
    with tempfile.TemporaryDirectory(prefix="growth-") as text:
        folder = Path(text)
        (folder / "temporary").mkdir()
        results = folder / "results.jsonl"
        command = [sys.executable, "-m", "harness", "run", "--suite=benchmarks.plain:SUITE", f"--matrix={count}", "*"]
        with (folder / "log").open("w") as log:
            begun = time.monotonic()
            process = subprocess.Popen(
                ["env", f"TMPDIR={folder / 'temporary'}", *command, f"--results={results}"], stdout=log, stderr=log
            )
            looks = []
            while process.poll() is None:
                looks.append(_look(process.pid, folder / "temporary", results, time.monotonic() - begun))
                time.sleep(INTERVAL)
        if process.returncode not in (0, 1):
            raise RuntimeError(f"{' '.join(command)}: exit status {process.returncode}\n{(folder / 'log').read_text()}")
    return [each for each in looks if each.driver]


def _look(pid: int, temporary: Path, results: Path, seconds: float) -> Look:
    written = results.read_bytes() if results.exists() else b""
    _, driver = memory_of(pid)
    return Look(seconds, max(0, written.count(b"\n") - 1), driver, _size(temporary), len(written))


def _size(folder: Path) -> int:
    """Bytes of the files below a folder, some of which go meanwhile; one with several names counts once."""
    said = subprocess.run(["du", "-sb", str(folder)], capture_output=True, text=True).stdout
    return int(said.split()[0]) if said else 0


def table(looks: Mapping[int, Sequence[Look]]) -> str:
    """As Markdown, and where it was measured."""
    lines = [f"| {' | '.join(_COLUMNS)} |", "| --- " * len(_COLUMNS) + "|"]
    for count, of in looks.items():
        last = of[-1]
        tenth = next(each for each in of if each.done >= count / 10)
        before = next(each for each in of if each.done >= 0.9 * count)
        rest = (last.seconds - before.seconds) / max(1, last.done - before.done)
        lines.append(
            f"| {count} | {last.seconds / 60:.1f} | {tenth.seconds / tenth.done:.2f} | {rest:.2f} "
            f"| {tenth.driver / 1e6:.0f} | {last.driver / 1e6:.0f} | {max(each.disk for each in of) / 1e6:.1f} "
            f"| {last.results / max(1, last.done) / 1e3:.1f} |"
        )
    return "\n".join([*lines, "", f"{where()}."])


def plot(looks: Mapping[int, Sequence[Look]], path: Path) -> None:
    """Draw seconds a cell, memory of the driver and disk over the cells that are done."""
    import matplotlib

    matplotlib.use("svg")
    from matplotlib import pyplot

    pyplot.rcParams["svg.hashsalt"] = "growth"  # the same picture of the same figures
    figure, axes = pyplot.subplots(1, 3, figsize=(11, 3), constrained_layout=True)
    for count, of in looks.items():
        some = [each for each in of if each.done]
        done = [each.done for each in some]
        drawn = (
            ("seconds a cell, so far", [each.seconds / each.done for each in some]),
            ("memory of the driver, MB", [each.driver / 1e6 for each in some]),
            ("disk, MB", [each.disk / 1e6 for each in some]),
        )
        for plotted, (title, values) in zip(axes, drawn):
            plotted.plot(done, values, label=f"{count} cells")
            plotted.set(title=title, xlabel="cells done")
    for plotted in axes:
        plotted.set_ylim(bottom=0)  # when all lines are there: a limit that is set follows none that comes later
    axes[0].legend()
    figure.savefig(path, metadata={"Date": None})


if __name__ == "__main__":
    main()
