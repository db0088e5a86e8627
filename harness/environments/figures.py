"""What a run of a row came to, written beside its results. It goes with the hook of the plugin: see dev/figures.py."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Mapping

_NAME = "figures.json"


@dataclass(frozen=True)
class Figures:
    """One run of a row.

    Attributes:
        row: Its name.
        day: When, as ISO 8601.
        matrix: Which cells.
        cells: How many were computed.
        seconds: Wall time from the first cell on.
        counts: pytest's word for how a test ended -> how many did.
        versions: package -> version.
    """

    row: str
    day: str
    matrix: str
    cells: int
    seconds: float
    counts: Mapping[str, int]
    versions: Mapping[str, str]

    def write(self, folder: Path) -> None:
        (folder / _NAME).write_text(json.dumps(asdict(self), indent=1), encoding="utf-8")
