"""The command line's commands about several environments."""

from __future__ import annotations

from typing import Any

from harness.entry.commands import bisect, cross, environments


def add_commands(commands: Any) -> None:
    """Add them to a parser's commands."""
    for command in (environments, bisect, cross):
        command.add(commands)
