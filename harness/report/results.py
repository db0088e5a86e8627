"""Results of the last run: one line of JSON per cell."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping

from harness.nouns import HarnessError, InfrastructureError


@dataclass(frozen=True)
class Results:
    """A file that is there, complete up to the last cell, however the run ends."""

    path: Path

    @classmethod
    def new(cls, path: Path) -> Results:
        """Begin an empty file.

        Raises:
            InfrastructureError: It cannot be written.
        """
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text("")
        except OSError as error:
            raise InfrastructureError(f"{path}: results cannot be written there ({error.strerror})") from None
        return cls(path)

    def append(self, row: Mapping[str, Any]) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(row) + "\n")

    def read(self) -> list[dict[str, Any]]:
        """All rows.

        Raises:
            HarnessError: There is no such file, or a line of it is no result.
        """
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except OSError:
            raise HarnessError(f"{self.path}: no results there; run pytest cases first") from None
        try:
            return [json.loads(line) for line in lines]
        except ValueError:
            raise HarnessError(f"{self.path}: expected one JSON object a line") from None
