"""`gate`: hold results against those of a base, or against a baseline, and fail on what became worse."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

from harness.entry.options import AS_EXPECTED, DIFFERENCES, NAMES
from harness.gate import against_baseline, changes
from harness.gate.annotations import commands
from harness.gate.merged import Merged, merged
from harness.gate.told import Told
from harness.nouns import HarnessError, InfrastructureError
from harness.report.results import Results

_EPILOG = """\
RESULTS are files that check --results, run or pytest have written: one, or all shards of a run, or those of several
rows. A missing shard, or a run that broke off, is refused.

kinds of changes, worst first: lost, gone, changed (another message, another first layer, another cause), kept, new,
growth. With --base the gate fails on lost, gone and changed; with --baseline on lost, changed and kept.

exit codes: 0 passed, 1 failed, 2 what was given cannot be used, 3 infrastructure

examples:
  python -m harness gate results.jsonl --base main.jsonl
  python -m harness gate shard-*.jsonl --base main/*.jsonl --fail-on lost,gone,changed,growth --growth 0.5
  python -m harness gate results.jsonl --baseline roundtrip.toml --markdown "$GITHUB_STEP_SUMMARY" --annotations
"""


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "gate",
        help="hold results against those of a base, or against a baseline",
        epilog=_EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("results", nargs="+", type=Path, metavar="RESULTS")
    against = parser.add_mutually_exclusive_group(required=True)
    against.add_argument("--base", nargs="+", type=Path, metavar="RESULTS", help="results of what is changed")
    against.add_argument("--baseline", type=Path, metavar="FILE", help="what models of one's own are known to lose")
    parser.add_argument("--fail-on", **{**NAMES, "metavar": "KIND,..."}, help="kinds of changes that fail (see below)")
    parser.add_argument(
        "--growth",
        type=float,
        default=0.2,
        metavar="SHARE",
        help="tell a size or a time that grew by more (default: 0.2)",
    )
    parser.add_argument("--markdown", type=Path, metavar="FILE", help="write a page, never larger than a step summary")
    parser.add_argument("--badge", type=Path, metavar="FILE", help="write a badge, for the endpoint of shields.io")
    parser.add_argument("--annotations", action="store_true", help="print annotations of GitHub, too")
    parser.add_argument("--json", action="store_true", help="print JSON: all of it")
    parser.set_defaults(command=_gate)


def _gate(options: argparse.Namespace) -> int:
    for kind in options.fail_on:
        if kind not in changes.KINDS:
            raise HarnessError(f"--fail-on {kind}: expected some of {', '.join(changes.KINDS)}")
    if not 0 <= options.growth < float("inf"):
        raise HarnessError(f"--growth {options.growth:g}: expected a share, such as 0.2 for a fifth")
    told = _told(options, _read(options.results))
    texts = {options.markdown: told.markdown(), options.badge: json.dumps(told.badge()) + "\n"}
    for path, text in texts.items():
        if path is not None:
            _write(path, text)
    print(json.dumps(told.json(), indent=1) if options.json else told.text())
    if options.annotations:
        print("\n".join(commands(told.changes, told.failing, Path())))
    return DIFFERENCES if told.failed else AS_EXPECTED


def _told(options: argparse.Namespace, now: Merged) -> Told:
    if options.baseline is not None:
        if not options.baseline.is_file():
            raise HarnessError(
                f"{options.baseline}: no baseline there; write one: check --baseline with --update-baseline"
            )
        found, failing = against_baseline.other_than(options.baseline, now), against_baseline.FAILING
        return Told(found, now, str(options.baseline), options.fail_on or failing)
    found = changes.changes(now, _read(options.base), options.growth)
    return Told(found, now, ", ".join(map(str, options.base)), options.fail_on or changes.FAILING)


def _read(paths: list[Path]) -> Merged:
    return merged([Results(path).read() for path in paths])


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", errors="backslashreplace")
    except OSError as error:
        raise InfrastructureError(f"{path}: cannot be written ({error.strerror})") from None
