"""What is said while a model is built or loaded: caught."""

from __future__ import annotations

import gc
import logging
import sys
import warnings
from contextlib import contextmanager
from typing import Iterator

_LOGGERS = (None, "absl", "tensorflow", "keras", "transformers", "py.warnings")


@contextmanager
def caught() -> Iterator[list[str]]:
    """Collect what is logged as a warning or worse, and Python's warnings; all of it reaches the log as well.

    Python's warnings, and what a checkpoint says when it is thrown away, are there when the block has ended without
    raising. Inside another such block both collect what is logged, and the inner one alone what Python warns of.
    """
    said: list[str] = []
    seen: set[int] = set()

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            if id(record) not in seen:
                seen.add(id(record))
                records.append(record)  # so that no other gets its id
                said.append(_line(record.getMessage()))

    records: list[logging.LogRecord] = []
    collector = Collector(logging.WARNING)
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    for logger in loggers:
        logger.addHandler(collector)
    try:
        with warnings.catch_warnings(record=True) as python:
            warnings.simplefilter("always")
            yield said
            gc.collect()  # a checkpoint complains of what it could not restore when it is thrown away
        for each in python:
            sys.stderr.write(warnings.formatwarning(each.message, each.category, each.filename, each.lineno))
            if not issubclass(each.category, (DeprecationWarning, PendingDeprecationWarning, ResourceWarning)):
                said.append(_line(f"{each.category.__name__}: {each.message}"))
    finally:
        for logger in loggers:
            logger.removeHandler(collector)


def _line(text: str) -> str:
    return " ".join(text.split())
