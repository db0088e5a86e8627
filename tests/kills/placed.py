"""The program of a node, over cells that take no TensorFlow."""

from __future__ import annotations

import kills.played  # noqa: F401
from harness.cluster.node import main

if __name__ == "__main__":
    main()
