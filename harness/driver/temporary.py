"""Folders for temporary files, named before they are made: agents know of them from the first moment."""

from __future__ import annotations

import shutil
import tempfile
import uuid
from contextlib import contextmanager
from pathlib import Path
from typing import Iterator


def unmade(prefix: str, parent: Path | None = None) -> Path:
    """A path that nothing has, in a folder or among temporary files."""
    return Path(parent or tempfile.gettempdir(), f"{prefix}{uuid.uuid4().hex[:12]}").absolute()


@contextmanager
def passing_folder(prefix: str) -> Iterator[Path]:
    """A path for a folder, which whoever needs it makes; what is there when the context ends is removed."""
    folder = unmade(prefix)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
