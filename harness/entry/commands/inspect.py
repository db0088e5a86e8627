"""`inspect`: what is in a record or an artifact, and what is dangerous to load; nothing is loaded."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict
from pathlib import Path
from typing import Any

from harness.entry.options import AS_EXPECTED, DIFFERENCES, NAMES, USAGE
from harness.entry.trust import check_kinds
from harness.inspection.apart import inspect_apart
from harness.inspection.danger import KINDS


def add(commands: Any) -> None:
    parser = commands.add_parser(
        "inspect",
        help="what is in a record or an artifact, and what is dangerous to load; nothing is loaded",
        description="Look into a record, a .keras or HDF5 file, a SavedModel, a checkpoint or a folder of "
        "save_pretrained, without TensorFlow and without loading it. What a file is, is told by its content.",
        epilog="exit codes: 0 nothing dangerous, 1 dangerous, 2 cannot be read\n\nkinds of danger:\n"
        + "\n".join(f"  {kind:<12}loading it {what}" for kind, what in KINDS.items()),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("path", type=Path, metavar="PATH")
    parser.add_argument("--allow", **NAMES, help="kinds of danger that are no reason to exit with 1")
    parser.add_argument("--json", action="store_true", help="print all that was found as JSON")
    parser.set_defaults(command=_inspect)


def _inspect(options: argparse.Namespace) -> int:
    allowed = check_kinds(options.allow)
    found = inspect_apart(options.path)
    if options.json:
        print(json.dumps(asdict(found), indent=1))
    else:
        for each in (*found.containers, *found.dangers):
            print(each)
        for line in found.unread:
            print(f"not read: {line}")
        if not (found.containers or found.dangers or found.unread):
            print(f"{options.path}: nothing that a loader of models reads")
    if any(each.kind not in allowed for each in found.dangers):
        return DIFFERENCES
    return AS_EXPECTED if found.containers and not found.unread else USAGE
