"""Results of a run: a line of JSON that says which run it was, and one per cell, by results.schema.json."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping

from harness.nouns import HarnessError, InfrastructureError, Verdict
from harness.report.header import Header
from harness.report.result import Result
from harness.report.verdict_json import SCHEMA


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
    """A file that is there, complete up to the last cell, however the run ends."""

    path: Path

    @classmethod
    def new(cls, path: Path, header: Header) -> Results:
        """Begin a file, in place of one that is there.

        Raises:
            InfrastructureError: It cannot be written.
        """
        results = cls(path)
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(_line({"schema": SCHEMA, "run": header.to_json()}), encoding="utf-8")
        except OSError as error:
            raise results._not_written(error) from None
        return results

    def append(self, result: Result) -> None:
        """Write what came of one more cell.

        Raises:
            InfrastructureError: It cannot be written.
        """
        try:
            with self.path.open("a", encoding="utf-8") as file:
                file.write(_line(result.to_json()))
        except OSError as error:
            raise self._not_written(error) from None

    def _not_written(self, error: OSError) -> InfrastructureError:
        return InfrastructureError(f"{self.path}: results cannot be written there ({error.strerror})")

    def read(self) -> RunResults:
        """All of it; recipes are known by id alone. Of a cell that is there twice, the later counts.

        Raises:
            HarnessError: There is no such file, or a line of it is not what this harness writes.
        """
        try:
            # Not splitlines(), to which more than "\n" ends a line.
            first, *lines = self.path.read_text(encoding="utf-8").split("\n")
        except (OSError, ValueError):
            raise HarnessError(
                f"{self.path}: no results there; run pytest cases first, or check with --results"
            ) from None
        header = self._header(first)
        results: dict[str, Result] = {}
        for number, line in enumerate(lines, 2):
            if line:
                result = self._result(number, line, is_last=number == len(lines) + 1)
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

    def _result(self, number: int, line: str, is_last: bool) -> Result:
        try:
            said = json.loads(line)
        except ValueError as error:
            if is_last:  # whole lines end in "\n", after which nothing comes
                raise HarnessError(
                    f"{self.path}: line {number}, the last, is torn: the run was stopped while it wrote; run again"
                ) from None
            raise self._is_none(number, error) from None
        try:
            if "run" in said:
                raise HarnessError(f"{self.path}: line {number} begins another run: two runs wrote here at once")
            return Result.from_json(said)
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise self._is_none(number, error) from None

    def _is_none(self, number: int, error: Exception) -> HarnessError:
        return HarnessError(f"{self.path}: line {number} is no result of this harness ({_said(error)})")


def _line(said: Mapping[str, Any]) -> str:
    return json.dumps(said) + "\n"


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {error}"
