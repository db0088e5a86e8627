"""`verify`: reload a record, later or elsewhere, and judge it again."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from harness.entry.options import AS_EXPECTED, DIFFERENCES, NAMES, OPTIONS
from harness.entry.verify import verify
from harness.environment import Environment
from harness.report.colours import paint_on, painted
from harness.verdicts.wording import report


def add(commands: Any) -> None:
    parser = commands.add_parser("verify", help="reload a record, later or elsewhere, and judge it again")
    parser.add_argument("record", type=Path, metavar="RECORD")
    parser.add_argument("--loader", **NAMES, help="loaders to try (default: all)")
    parser.add_argument("--keras", **OPTIONS["--keras"])
    parser.set_defaults(command=_verify)


def _verify(options: argparse.Namespace) -> int:
    verdicts = verify(options.record, options.loader, Environment(keras=options.keras))
    paint = paint_on(sys.stdout)
    for verdict in verdicts:
        print(painted(report(verdict), not (verdict.stage or verdict.lost), paint))
    return DIFFERENCES if any(each.stage or each.lost for each in verdicts) else AS_EXPECTED
