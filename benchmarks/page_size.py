"""How large pages are, and how long they take to write: python -m benchmarks.page_size [--rows N] [--cells N]."""

from __future__ import annotations

import argparse
import random
import tempfile
import time
from pathlib import Path

from harness.formats import FORMATS
from harness.nouns import ASPECTS, RELOAD, Case, Recipe
from harness.page.from_results import run
from harness.page.site import Site, write
from harness.report.header import Header
from harness.report.result import Result
from harness.report.results import RunResults
from harness.suite.expectations import FAILED, KNOWN, LOADING, PASSED, SKIPPED, Outcome
from harness.verdict import Difference, Kept, Lost, Unseen, Verdict

VERSIONS = {"tensorflow": "2.21.0", "tf-keras": "2.21.0", "transformers": "4.57.6", "python": "3.11.7"}
LINK = "https://github.com/tensorflow/tensorflow/issues/44670"


def made_up(row: str, cells: int, seed: int = 0) -> RunResults:
    """Results of a run that never was, in the proportions of a real one: of three cells one did not load."""
    chance = random.Random(f"{row} {seed}")
    ways = [(format.name, loader) for format in FORMATS.values() for loader in format.keeps]
    results = tuple(_result(f"recipe_{number}", *ways[number % len(ways)], chance) for number in range(cells))
    names = tuple(each.name for each in results)
    header = Header("2026-01-02T03:04:05+00:00", "0.1.0", "0" * 40, row, "default", "2", 7, VERSIONS, names)
    return RunResults(Path(f"{row}.jsonl"), header, results)


def _result(recipe: str, format: str, loader: str, chance: random.Random) -> Result:
    case = Case(Recipe(recipe, ""), format, loader)
    promised = FORMATS[format].keeps[loader]
    seconds = {"train": 3.2, "save": 0.4, "reload": 2.1}
    if chance.random() < 0.35:
        failure = f"ValueError: Unknown layer: 'Own'. {'Please be told. ' * 20}"
        verdict = Verdict(case, RELOAD, failure, versions=VERSIONS)
        return Result(verdict, {LOADING: Outcome(KNOWN, f"known: {LINK}", (LINK,))})
    findings, outcomes = {}, {LOADING: Outcome(PASSED)}
    for aspect in ASPECTS:
        drawn = chance.random()
        lost = tuple(
            Difference(
                aspect, f"layer_{number}/attention/kernel:0", "256 of 256 values differ; the worst is 0 at [5, 1]"
            )
            for number in range(chance.choice((1, 3, 40)))
        )
        findings[aspect] = Lost(lost) if drawn < 0.15 else Unseen("this model has none") if drawn < 0.25 else Kept()
        if aspect not in promised or isinstance(findings[aspect], Unseen):
            outcomes[aspect] = Outcome(SKIPPED, "not promised, or not seen")
        elif isinstance(findings[aspect], Kept):
            outcomes[aspect] = Outcome(PASSED)
        else:
            outcomes[aspect] = Outcome(FAILED, "new") if drawn < 0.003 else Outcome(KNOWN, f"known: {LINK}", (LINK,))
    return Result(Verdict(case, "", "", findings, promised, versions=VERSIONS, seconds=seconds, size=320_000), outcomes)


def main() -> None:
    """Write made-up pages, and say what they came to."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=20, help="(default: 20)")
    parser.add_argument("--cells", type=int, default=300, help="of each row (default: 300)")
    parser.add_argument("--out", type=Path, help="a folder to keep them in")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = options.out or Path(scratch, "site")
        begun = time.perf_counter()
        runs = [run(made_up(f"row_{number}", options.cells), f"row_{number}") for number in range(options.rows)]
        write(Site("Made up", runs), folder)
        taken = time.perf_counter() - begun
        pages = {path.relative_to(folder): path.stat().st_size for path in folder.rglob("*.html")}
        others = [path.stat().st_size for path in folder.rglob("*.*") if path.suffix in (".sh", ".txt")]
    rows = [size for path, size in pages.items() if path.parent.name == "rows"]
    print(f"{options.rows} rows of {options.cells} cells, {len(ASPECTS)} aspects: written in {taken:.1f} s")
    print(
        f"  index.html {pages[Path('index.html')] / 1e3:.0f} kB, causes.html {pages[Path('causes.html')] / 1e3:.0f} kB"
    )
    print(f"  a row's page: {min(rows) / 1e3:.0f} to {max(rows) / 1e3:.0f} kB")
    print(f"  scripts and long lists: {len(others)} files, {sum(others) / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
