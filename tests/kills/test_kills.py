"""A handful of moments; `python -m kills --moments 100` has more."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
from places import PYTHONPATH, ROOT


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="processes are found by /proc")
def test_a_run_that_is_interrupted_leaves_nothing_and_the_next_one_works():
    variables = {**os.environ, "PYTHONPATH": os.pathsep.join([str(ROOT), PYTHONPATH])}
    command = [sys.executable, "-m", "kills", "--moments", "7", "--seed", "3"]
    done = subprocess.run(command, capture_output=True, text=True, env=variables)
    found = json.loads(done.stdout)

    assert [] == found["faults"], done.stderr
    assert 7 == found["moments"]
    assert sum(found["by_kind"].values()) >= 5  # the others had ended before
