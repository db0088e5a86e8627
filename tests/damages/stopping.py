"""Formats that break at a stage."""

from __future__ import annotations

import os

from damages.damage import WHOLE, after_load, on_save


@on_save(WHOLE)
def refuses(model, path):
    """The format refuses to save."""
    raise ValueError("this format refuses every model")


@after_load
def crashes(model):
    """The process crashes while it loads."""
    os.abort()
