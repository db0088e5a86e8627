"""`run`: run cells without pytest, and print a line for each."""

from __future__ import annotations

import argparse
import shlex
import sys
from typing import Any, Sequence

from harness.driver.plans import RoundTrip
from harness.entry.machines import ON, Here, OnNodes, machines
from harness.entry.options import (
    AS_EXPECTED,
    DIFFERENCES,
    OPTIONS,
    check_options,
    results_path,
    selected,
    suite_of,
    where,
)
from harness.nouns import Case
from harness.report.colours import BAD, GOOD, SOME, Paint, paint_on
from harness.report.header import Header
from harness.report.progress import progress_on
from harness.report.result import Result
from harness.report.results_file import ResultsFile
from harness.report.run_folder import begin
from harness.report.summary import summary
from harness.report.ways import mend_words
from harness.report.ways import outcome as outcome_of
from harness.suite.expectations import FAILED, KNOWN, PASSED, SKIPPED, Expectations, unmet
from harness.suite.shards import Shard

#: How the word for what became of a cell stands out.
_STYLES = {"ok": GOOD, "known": SOME, "FAILED": BAD}


def add(commands: Any) -> None:
    parser = commands.add_parser("run", help="run cells and print a line for each, as `pytest cases` does")
    parser.add_argument("cells", nargs="*", metavar="CELL", help="ids or patterns, such as '*-savedmodel-bare'")
    for name, how in OPTIONS.items():
        parser.add_argument(name, **how)
    parser.add_argument("--on", **ON)
    parser.add_argument(
        "--mends",
        action="store_true",
        help="try what is known against the cause of a loss, each in one more process, as `check` does",
    )
    parser.set_defaults(command=_run)


def _run(options: argparse.Namespace) -> int:
    check_options(options)
    where_it_runs = machines(options)
    cases = selected(options, where_it_runs.keras)
    with where_it_runs:
        return _run_there(options, cases, where_it_runs)


def _run_there(options: argparse.Namespace, cases: Sequence[Case], where_it_runs: Here | OnNodes) -> int:
    here = where_it_runs.environment
    here.check()
    suite, shard = suite_of(options), Shard.read(options.shard)
    expectations = Expectations(suite.known_failures, here, strict=not options.checkpoint)
    every = [case for case in cases if not unmet(case, here)]
    possible = shard.of(every, suite.costs.of)
    header = Header.of_a_run(
        here, map(str, possible), options.hash_seed, options.row, options.matrix, str(shard), map(str, every)
    )
    failed, reached = 0, []
    progress, paint = progress_on(sys.stderr, lines=True), paint_on(sys.stdout)
    with begin() as folder, ResultsFile.new(results_path(options, folder), header) as results:
        if results.path == folder.results:
            folder.leaves_results()
        plan = RoundTrip(tuple(possible), mends=options.mends)
        with where_it_runs.run(plan, folder) as run:
            for number, case in enumerate(possible, 1):
                verdict = progress.verdict(run, case)
                progress.clear()
                reached.append(Result(verdict, expectations.outcomes(verdict)))
                results.append(reached[-1])
                again = _command(options, here.keras, case.id)
                failed += _print_cell(f"[{number}/{len(possible)}]", reached[-1], again, paint)
    print("\n".join(["", *summary(reached, paint), ""]))
    skipped = f", {len(cases) - len(every)} need other versions" if len(cases) > len(every) else ""
    print(f"{len(possible) - failed} cells as expected, {failed} not{skipped}; {where(options, folder)}")
    return DIFFERENCES if failed else AS_EXPECTED


def _command(options: argparse.Namespace, keras: str, cell: str) -> str:
    """What runs a cell of this run again, alone."""
    suite = f"--suite={shlex.quote(options.suite)} " if options.suite else ""
    which = f"{suite}--matrix={shlex.quote(options.matrix)} --keras={keras}"
    return f"python -m harness run {which} --hash-seed={options.hash_seed} {shlex.quote(cell)}"


def _print_cell(counter: str, result: Result, again: str, paint: Paint) -> bool:
    """Print one line, and the report of what failed, with the command that runs it again. True when something did."""
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
    for each in verdict.mended:
        print(f"  tried: {mend_words(each.mend)}: {outcome_of(each)}")
    if words[FAILED]:
        print(f"  reproduce: {again}")
    return bool(words[FAILED])
