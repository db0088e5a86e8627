"""Results of a run, read: a line of JSON that says which run it was, and one per cell, by results.schema.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from harness.nouns import HarnessError
from harness.report.header import Header
from harness.report.result import Result
from harness.report.run_folder import pointed_at
from harness.report.verdict_json import SCHEMA
from harness.verdict import Verdict


@dataclass(frozen=True)
class RunResults:
    """What a file of results says.

    Attributes:
        path: The file.
        header: Which run it was.
        results: What came of its cells, in the order in which they ended; each cell once.
    """

    path: Path
    header: Header
    results: tuple[Result, ...]

    @property
    def verdicts(self) -> list[Verdict]:
        """Without what was expected."""
        return [each.verdict for each in self.results]

    @property
    def missing(self) -> tuple[str, ...]:
        """Names of the cells that the run was to compute, and has not: it broke off, or was stopped."""
        there = {each.name for each in self.results}
        return tuple(name for name in self.header.intended if name not in there)


@dataclass(frozen=True)
class Results:
    """A file that a run has written, complete up to the last cell, however the run ended."""

    path: Path

    def read(self) -> RunResults:
        """All of it; recipes are known by id alone. Of a cell that is there twice, the later counts.

        The line that a run was writing when it was killed is not there: its cell is missing.

        Raises:
            HarnessError: There is no such file, or a line of it is not what this harness writes.
        """
        try:
            # Not splitlines(), to which more than "\n" ends a line.
            first, *lines = pointed_at(self.path).read_text(encoding="utf-8").split("\n")
        except (OSError, ValueError):
            raise HarnessError(
                f"{self.path}: no results there; run pytest cases first, or check with --results"
            ) from None
        header = self._header(first)
        results: dict[str, Result] = {}
        for number, line in enumerate(lines, 2):
            whole = number <= len(lines)  # lines end in "\n", after which nothing comes
            if line and (whole or _is_json(line)):
                result = self._result(number, line)
                results[result.name] = result
        return RunResults(self.path, header, tuple(results.values()))

    def _header(self, line: str) -> Header:
        try:
            said = json.loads(line)
            if said.get("schema") != SCHEMA:
                raise HarnessError(
                    f"{self.path}: results of schema {said.get('schema', 0)}; this harness reads {SCHEMA}: run again"
                )
            return Header.from_json(said["run"])
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise HarnessError(
                f"{self.path}: line 1 does not say which run this is ({_said(error)}); expected results of this harness"
            ) from None

    def _result(self, number: int, line: str) -> Result:
        try:
            said = json.loads(line)
            if "run" in said:
                raise HarnessError(f"{self.path}: line {number} begins another run: two runs wrote here at once")
            return Result.from_json(said)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise HarnessError(f"{self.path}: line {number} is no result of this harness ({_said(error)})") from None


def _is_json(line: str) -> bool:
    try:
        json.loads(line)
        return True
    except ValueError:
        return False


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
