"""`verify`: reload a record, later or elsewhere, and judge it again."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from harness.entry.options import AS_EXPECTED, DIFFERENCES, NAMES, OPTIONS
from harness.entry.trust import Trust
from harness.entry.verify import verify
from harness.environment import Environment
from harness.report.colours import BAD, paint_on, painted
from harness.verdicts.wording import report


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "verify",
        help="reload a record, later or elsewhere, and judge it again",
        description="Reload a record and judge it again. Somebody else may have written it: unless you say otherwise, "
        "nothing that it names is imported or called, it is inspected first, and loaded by processes with limits.",
    )
    parser.add_argument("record", type=Path, metavar="RECORD")
    parser.add_argument("--loader", **NAMES, help="loaders to try (default: all that may run)")
    parser.add_argument("--keras", **OPTIONS["--keras"])
    parser.add_argument(
        "--subject", type=Path, metavar="FILE", help="your own module, for the loaders that run the model's code"
    )
    parser.add_argument("--allow", **NAMES, help="kinds of danger that do not stop a load; `inspect --help` has them")
    parser.add_argument(
        "--trust", action="store_true", help="import and run what the record names, uninspected and without limits"
    )
    parser.add_argument(
        "--verify-key",
        type=Path,
        metavar="KEY",
        help="refuse a record that is not signed with this public key (PEM); needs roundtrip-harness[signing]",
    )
    parser.set_defaults(command=_verify)


def _verify(options: argparse.Namespace) -> int:
    trust = Trust(options.subject, options.trust, frozenset(options.allow), options.verify_key)
    done = verify(options.record, options.loader, Environment(keras=options.keras), trust=trust)
    paint = paint_on(sys.stdout)
    for verdict in done.verdicts:
        print(painted(report(verdict), not (verdict.stage or verdict.lost), paint))
    for danger in done.dangers:
        print(paint(f"not loaded: {danger}; --allow {danger.kind} loads it all the same", BAD))
    for note in done.notes:
        print(note)
    return DIFFERENCES if done.dangers or any(each.stage or each.lost for each in done.verdicts) else AS_EXPECTED
