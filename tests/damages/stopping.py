"""Formats that break at a stage."""

from __future__ import annotations

import os

from damage import after_load, on_save


def refuses(model, path):
    """The format refuses to save."""
    raise ValueError("this format refuses every model")


def crashes(model):
    """The process crashes while it loads."""
    os.abort()


REFUSES = on_save(refuses)
CRASHES = after_load(crashes)
