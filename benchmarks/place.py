"""Where something is measured: the day, the machine, the versions."""

from __future__ import annotations

import platform
from datetime import date

import psutil

from harness.environment import Environment, processor


def where() -> str:
    """In one phrase, as a table ends with it."""
    here = Environment()
    versions = ", ".join(f"{each} {here.versions[each]}" for each in ("tensorflow", "tf-keras", "transformers"))
    return f"{machine()}, {versions}"


def machine() -> str:
    """The same without TensorFlow's versions."""
    said = f"{processor().rpartition(' ')[0]}, {psutil.cpu_count()} cores, {platform.system()}"
    return f"{date.today()}: {said}, Python {platform.python_version()}"
