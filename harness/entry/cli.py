"""The command line: run cells without pytest, and the tools around the results."""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from pathlib import Path
from typing import Sequence

from harness.driver.run import Run
from harness.entry import versions
from harness.entry.check import REQUIRED, recipe_of, run_check
from harness.entry.options import (
    AS_EXPECTED,
    DIFFERENCES,
    INFRASTRUCTURE,
    NOTHING,
    OPTIONS,
    USAGE,
    check_options,
    chosen,
    selected,
    settings,
)
from harness.entry.options import environment as environment_of
from harness.entry.verify import diff, verify
from harness.environment import Environment
from harness.formats import OWN, find_format
from harness.nouns import ASPECTS, HarnessError, InfrastructureError, Verdict
from harness.report import tables
from harness.report.results import Results
from harness.suite.expectations import FAILED, KNOWN, PASSED, SKIPPED, Expectations, Outcome, unmet
from harness.suite.proposals import proposals
from harness.suite.suite import Selection, load_suite
from harness.verdicts.wording import report, row

_EPILOG = """\
exit codes: 0 as expected, 1 differences, 2 usage, 3 infrastructure

examples:
  python -m harness run --only format=savedmodel,loader=bare
  python -m harness run 'example_*-bare'
  python -m harness list --matrix=full --only head=mean_pool | wc -l
  python -m harness known-failures --update
  python -m harness check my_model.py --require weights,predictions,optimizer
  python -m harness verify RECORD --loader bare
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code is one of the four that --help names."""
    options = _parser().parse_args(arguments)
    try:
        code: int = options.command(options)
        return code
    except HarnessError as error:
        print(f"harness: {error}", file=sys.stderr)
        return USAGE
    except InfrastructureError as error:
        print(f"harness: {error}", file=sys.stderr)
        return INFRASTRUCTURE
    except KeyboardInterrupt:
        print("harness: stopped", file=sys.stderr)
        return INFRASTRUCTURE


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="harness",
        description="Will the process that loads a Keras model tomorrow get the model that was saved today?",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    run = commands.add_parser("run", help="run cells and print a line for each, as `pytest cases` does")
    _add_selection(run, *OPTIONS)
    run.set_defaults(command=_run)

    checking = commands.add_parser(
        "check",
        help="put your own model, and your own save and load, under the harness",
        description="MODULE is a Python file with build(), which returns a compiled Keras model, and data(), which "
        "returns (x, y) as numpy arrays. Optional: save(model, path) and load(path), your packaging code, which is "
        "then what is tried; FILENAME, the name of what it writes; train(model, x, y); probes(); custom_objects(); "
        "tokenizer(), which returns the transformers tokenizer that is packaged with it, and texts() for it; "
        "probe(model, x, y), which returns JSON values that must survive too.",
    )
    checking.add_argument("module", metavar="MODULE", help="path of the file")
    checking.add_argument("--format", nargs="+", default=[], metavar="NAME", help="formats to try (default: all)")
    checking.add_argument("--loader", nargs="+", default=[], metavar="NAME", help="loaders to try (default: all)")
    checking.add_argument(
        "--require", default=",".join(REQUIRED), metavar="ASPECTS", help="must be kept (default: weights,predictions)"
    )
    checking.add_argument("--json", action="store_true", help="print JSON")
    checking.add_argument("--keras", **OPTIONS["--keras"])
    checking.add_argument("--seconds", **OPTIONS["--seconds"])
    checking.set_defaults(command=_check)

    verifying = commands.add_parser("verify", help="reload a record, later or elsewhere, and judge it again")
    verifying.add_argument("record", type=Path, metavar="RECORD")
    verifying.add_argument("--loader", nargs="+", default=[], metavar="NAME", help="loaders to try (default: all)")
    verifying.add_argument("--keras", **OPTIONS["--keras"])
    verifying.set_defaults(command=_verify)

    differing = commands.add_parser("diff", help="compare what two records say of their models")
    differing.add_argument("records", nargs=2, type=Path, metavar="RECORD")
    differing.set_defaults(command=_diff)

    listing = commands.add_parser("list", help="print the ids of cells")
    _add_selection(listing, "--matrix", "--only", "--suite", "--keras")
    listing.set_defaults(command=_list, checkpoint="")

    matrix = commands.add_parser("matrix", help="say what each matrix has, and count its cells")
    changing = matrix.add_mutually_exclusive_group()
    changing.add_argument("--update", action="store_true", help="after an axis has grown: add cells; no id changes")
    changing.add_argument("--renew", action="store_true", help="deal the matrix anew; most of its ids change")
    for name in ("--suite", "--keras"):
        matrix.add_argument(name, **OPTIONS[name])
    matrix.set_defaults(command=_matrix)

    known = commands.add_parser("known-failures", help="compare the last results with the known failures")
    known.add_argument("--update", action="store_true", help="propose the entries that the results ask for")
    for name in ("--results", "--row", "--keras"):
        known.add_argument(name, **OPTIONS[name])
    known.add_argument("--suite", **OPTIONS["--suite"])
    known.set_defaults(command=_known_failures)

    formats = commands.add_parser("formats", help="print the table of formats that the last results show")
    formats.add_argument("--results", **OPTIONS["--results"])
    formats.add_argument("--update", metavar="FILE", help="put the table between its markers in this Markdown file")
    formats.set_defaults(command=_formats)
    versions.add_commands(commands)
    return parser


def _add_selection(parser: argparse.ArgumentParser, *names: str) -> None:
    parser.add_argument("cells", nargs="*", metavar="CELL", help="ids or patterns, such as '*-savedmodel-bare'")
    for name in names:
        parser.add_argument(name, **OPTIONS[name])


def _list(options: argparse.Namespace) -> int:
    suite, selection = chosen(options, options.keras)
    cases = suite.cases(options.matrix, selection)
    first = next(cases, None)
    if first is None:
        raise HarnessError(NOTHING)
    print(first.id)
    for case in cases:
        print(case.id)
    return AS_EXPECTED


def _run(options: argparse.Namespace) -> int:
    check_options(options)
    environment = environment_of(options)
    cases = selected(options, environment.keras)
    environment.check()
    known = load_suite(options.suite).known_failures
    expectations = Expectations(known, environment, strict=not options.checkpoint)
    results = Results.new(Path(options.results))
    possible = [case for case in cases if not unmet(case, environment)]
    run = Run(possible, environment, settings(options)).start()
    failed = 0
    try:
        for number, case in enumerate(possible, 1):
            verdict = run.verdict(case)
            results.append(row(verdict, find_format(case.format).keeps[case.loader]))
            outcomes = _outcomes(expectations, verdict)
            failed += _print_cell(f"[{number}/{len(possible)}]", verdict, outcomes)
    finally:
        run.close()
    skipped = f", {len(cases) - len(possible)} need other versions" if len(cases) > len(possible) else ""
    print(f"{len(possible) - failed} cells as expected, {failed} not{skipped}; {results.path}")
    return DIFFERENCES if failed else AS_EXPECTED


def _outcomes(expectations: Expectations, verdict: Verdict) -> list[tuple[str, Outcome]]:
    loading = expectations.loading(verdict)
    if verdict.stage:
        return [("loading", loading)]
    return [("loading", loading), *((each, expectations.keeping(verdict, each)) for each in ASPECTS)]


def _print_cell(counter: str, verdict: Verdict, outcomes: list[tuple[str, Outcome]]) -> bool:
    """Print one line, and the report of what failed. True when something did."""
    words: dict[str, list[str]] = {PASSED: [], KNOWN: [], SKIPPED: [], FAILED: []}
    for about, outcome in outcomes:
        words[outcome.kind].append(about)
    state = "FAILED" if words[FAILED] else "known " if words[KNOWN] else "ok    "
    detail = f"  ({', '.join(words[KNOWN])} known to fail)" if words[KNOWN] else ""
    print(f"{counter} {state} {verdict.case.id}{detail}", flush=True)
    for _, outcome in outcomes:
        if outcome.kind == FAILED:
            print("  " + outcome.why.replace("\n", "\n  "))
    if words[FAILED]:
        print(f"  reproduce: python -m harness run --matrix=full {verdict.case.id}")
    return bool(words[FAILED])


def _matrix(options: argparse.Namespace) -> int:
    suite = load_suite(options.suite)
    if options.update or options.renew:
        print(suite.grow() if options.update else suite.renew())
    for name, cells in suite.matrices.items():
        recipes = Counter(case.recipe.id for case in suite.cases(name, Selection(keras=options.keras)))
        meaning = (cells.__doc__ or "").partition("\n")[0]
        print(f"{name}: {sum(recipes.values())} cells of {len(recipes)} recipes. {meaning}")
    return AS_EXPECTED


def _check(options: argparse.Namespace) -> int:
    recipe, own = recipe_of(Path(options.module))
    formats = options.format or ([OWN] if own else [])
    environment = Environment(keras=options.keras)
    required = options.require.split(",")
    checked = run_check(recipe, formats, options.loader, required, environment, seconds=options.seconds)
    print(json.dumps(checked.json(), indent=1) if options.json else checked)
    return AS_EXPECTED if checked else DIFFERENCES


def _verify(options: argparse.Namespace) -> int:
    verdicts = verify(options.record, options.loader, Environment(keras=options.keras))
    for verdict in verdicts:
        print(report(verdict))
    return DIFFERENCES if any(each.stage or each.differences for each in verdicts) else AS_EXPECTED


def _diff(options: argparse.Namespace) -> int:
    lines = diff(*options.records)
    print("\n".join(lines) if lines else "no difference")
    return DIFFERENCES if lines else AS_EXPECTED


def _known_failures(options: argparse.Namespace) -> int:
    suite, environment = load_suite(options.suite), environment_of(options)
    lines = proposals(Results(Path(options.results)).read(), suite.known_failures, environment)
    print("\n".join(lines) if lines else f"{options.results}: every failure is known, and every known failure failed")
    return DIFFERENCES if lines else AS_EXPECTED


def _formats(options: argparse.Namespace) -> int:
    table = tables.formats(Results(Path(options.results)).read())
    if options.update:
        tables.put(Path(options.update), "formats", table)
    else:
        print(table)
    return AS_EXPECTED
