"""The command `run` and its real processes, over cells that take no TensorFlow: `python -m kills.driver [OPTION]`."""

from __future__ import annotations

import importlib
import sys

from harness.__main__ import main

if __name__ == "__main__":
    sys.argv[1:] = ["run", "--suite=kills.played:SUITE", "--workers=2", *sys.argv[1:]]
    try:
        importlib.import_module("kills.played")  # what a user's command imports, it imports itself
    except KeyboardInterrupt:
        sys.exit(3)
    sys.exit(main())
