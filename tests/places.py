"""Where things are."""

from __future__ import annotations

import os
from pathlib import Path

TESTS = Path(__file__).parent
ROOT, TOYS = TESTS.parent, TESTS / "toys"

#: What a fresh process finds the jobs, the damages and the toys of the tests by.
PYTHONPATH = os.pathsep.join([str(TESTS), str(TOYS)])
