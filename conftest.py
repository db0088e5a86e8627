"""The plugins of this repository's suite, and the options of the explorer, which draws random models (explorer/)."""

from __future__ import annotations

import pytest

pytest_plugins = ["harness.entry.suite_plugin", "dev.figures", "pytester"]


def pytest_addoption(parser: pytest.Parser) -> None:
    group = parser.getgroup("explorer")
    group.addoption(
        "--explore-seconds",
        type=float,
        default=0.0,
        metavar="S",
        help="draw other models in every run, for so long, and do not stop at a failure (default: a few fixed models)",
    )
    group.addoption(
        "--explore-seed", type=int, metavar="N", help="where to begin to draw, to repeat a run (default: anywhere)"
    )
