"""A reload that tells what its process has imported by the end of it, and whether it could import the suite."""

from __future__ import annotations

import importlib.util
import sys

from harness.fresh.reload import reload as reload_a_record


def reload(request, progress):
    reload_a_record(request, progress)
    imported = {name.partition(".")[0] for name in sys.modules}
    return {"imported": sorted(imported), "cases": "cases" in imported or importlib.util.find_spec("cases") is not None}
