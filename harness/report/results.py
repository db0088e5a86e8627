"""Results of a run: one line of JSON per cell, by results.schema.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from harness.nouns import HarnessError, InfrastructureError, Verdict
from harness.report.verdict_json import from_json, to_json


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

    def append(self, verdict: Verdict) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(to_json(verdict)) + "\n")

    def read(self) -> list[Verdict]:
        """All verdicts; their recipes are known by id alone.

        Raises:
            HarnessError: There is no such file, or a line of it is no result.
        """
        try:
            lines = self.path.read_text(encoding="utf-8").splitlines()
        except OSError:
            raise HarnessError(f"{self.path}: no results there; run pytest cases first") from None
        verdicts = []
        for number, line in enumerate(lines, 1):
            try:
                verdicts.append(from_json(json.loads(line)))
            except (ValueError, KeyError, TypeError, AttributeError) as error:
                reason = f"{type(error).__name__}: {error}"
                raise HarnessError(f"{self.path}: line {number} is no result of this harness ({reason})") from None
        return verdicts
