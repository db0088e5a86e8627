"""What is said while a model loads: caught, and read for what it admits to have lost."""

from __future__ import annotations

import gc
import logging
import re
import warnings
from contextlib import contextmanager
from typing import Iterator

from harness.case import COMPILE, CONFIG, OPTIMIZER, WEIGHTS

#: The message speaks of no loss.
HARMLESS = ""

_LOGGERS = (None, "absl", "tensorflow", "keras", "transformers", "py.warnings")

#: Pattern -> the aspect that the message says is lost, in the loaders' own words. The first that is found counts.
_MEANINGS: tuple[tuple[str, str], ...] = (
    (r"freshly initialized\s+optimizer", OPTIMIZER),
    (r"Skipping variable loading for optimizer", OPTIMIZER),
    (r"Value in checkpoint could not be found in the restored object.*optimizer", OPTIMIZER),
    (r"[Nn]o training configuration found|`compile\(\)` was not called as part of model loading", COMPILE),
    (r"Error in loading the saved optimizer state", OPTIMIZER),
    (r"Skipping loading (of |top-level )?weights?", WEIGHTS),
    (r"Skipping object", WEIGHTS),
    (r"newly initialized", WEIGHTS),
    (r"were not used when initializing", WEIGHTS),
    (r"Value in checkpoint could not be found in the restored object", WEIGHTS),
    (r"not (be )?restored|Unresolved object in checkpoint|unrestored values", WEIGHTS),
    (r"Unable to restore custom metric", COMPILE),
    (r"Unable to create a .*model from SavedModel|Unable to revive model from config", CONFIG),
    # These speak of the process, of the artifact's future, or of the reader's choices.
    (r"TensorFlow and JAX classes are deprecated", HARMLESS),
    (r"You are saving your model as an HDF5 file", HARMLESS),
    (r"Mixed precision compatibility check|compiled metrics have yet to be built", HARMLESS),
    (r"AutoGraph could not transform", HARMLESS),
    (r"tf\.function retracing|is deprecated|will be removed in", HARMLESS),
    (r"All (model checkpoint layers|the layers of|the weights of|PyTorch model weights)", HARMLESS),
)


@contextmanager
def caught() -> Iterator[list[str]]:
    """Collect what is logged as a warning or worse, and Python's warnings; all of it reaches the log as well."""
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
            if not issubclass(each.category, (DeprecationWarning, PendingDeprecationWarning, ResourceWarning)):
                said.append(_line(f"{each.category.__name__}: {each.message}"))
    finally:
        for logger in loggers:
            logger.removeHandler(collector)


def meaning(message: str) -> str | None:
    """The aspect of which a message says that something was lost; "" for one that is harmless; None: nobody knows."""
    return next((aspect for pattern, aspect in _MEANINGS if re.search(pattern, message)), None)


def _line(text: str) -> str:
    return " ".join(text.split())
