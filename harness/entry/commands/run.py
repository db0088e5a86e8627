"""`run`: run cells without pytest, and print a line for each."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from harness.driver.plans import RoundTrip
from harness.driver.run import Run
from harness.entry.options import (
    AS_EXPECTED,
    DIFFERENCES,
    OPTIONS,
    check_options,
    environment,
    selected,
    settings,
    suite_of,
    where,
)
from harness.report.colours import BAD, GOOD, SOME, Paint, paint_on
from harness.report.header import Header
from harness.report.progress import progress_on
from harness.report.result import Result
from harness.report.results import Results
from harness.report.summary import summary
from harness.suite.expectations import FAILED, KNOWN, PASSED, SKIPPED, Expectations, unmet
from harness.suite.shards import Shard

#: How the word for what became of a cell stands out.
_STYLES = {"ok": GOOD, "known": SOME, "FAILED": BAD}


def add(commands: Any) -> None:
    parser = commands.add_parser("run", help="run cells and print a line for each, as `pytest cases` does")
    parser.add_argument("cells", nargs="*", metavar="CELL", help="ids or patterns, such as '*-savedmodel-bare'")
    for name, how in OPTIONS.items():
        parser.add_argument(name, **how)
    parser.set_defaults(command=_run)


def _run(options: argparse.Namespace) -> int:
    check_options(options)
    here = environment(options)
    cases = selected(options, here.keras)
    here.check()
    suite, shard = suite_of(options), Shard.read(options.shard)
    expectations = Expectations(suite.known_failures, here, strict=not options.checkpoint)
    every = [case for case in cases if not unmet(case, here)]
    possible = shard.of(every, suite.costs.of)
    header = Header.of_a_run(
        here, map(str, possible), options.hash_seed, options.row, options.matrix, str(shard), map(str, every)
    )
    results = Results.new(Path(options.results), header)
    failed, reached = 0, []
    progress, paint = progress_on(sys.stderr, lines=True), paint_on(sys.stdout)
    with Run([RoundTrip(tuple(possible))], here, settings(options)) as run:
        for number, case in enumerate(possible, 1):
            verdict = progress.verdict(run, case)
            progress.clear()
            reached.append(Result(verdict, expectations.outcomes(verdict)))
            results.append(reached[-1])
            failed += _print_cell(f"[{number}/{len(possible)}]", reached[-1], options.hash_seed, paint)
    print("\n".join(["", *summary(reached, paint), ""]))
    skipped = f", {len(cases) - len(every)} need other versions" if len(cases) > len(every) else ""
    print(f"{len(possible) - failed} cells as expected, {failed} not{skipped}; {where(options)}")
    return DIFFERENCES if failed else AS_EXPECTED


def _print_cell(counter: str, result: Result, hash_seed: int, paint: Paint) -> bool:
    """Print one line, and the report of what failed. True when something did."""
    verdict, outcomes = result.verdict, result.outcomes
    words: dict[str, list[str]] = {PASSED: [], KNOWN: [], SKIPPED: [], FAILED: []}
    for about, outcome in outcomes.items():
        words[outcome.kind].append(about)
    state = "FAILED" if words[FAILED] else "known " if words[KNOWN] else "ok    "
    detail = f"  ({', '.join(words[KNOWN])} known to fail)" if words[KNOWN] else ""
    print(f"{counter} {paint(state, _STYLES[state.strip()])} {verdict.case.id}{detail}", flush=True)
    for outcome in outcomes.values():
        if outcome.kind == FAILED:
            print("  " + outcome.why.replace("\n", "\n  "))
    if words[FAILED]:
        print(f"  reproduce: python -m harness run --matrix=full --hash-seed={hash_seed} {verdict.case.id}")
    return bool(words[FAILED])
