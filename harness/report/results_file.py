"""The file of results that one run writes: nobody else writes there, and only whole lines stay."""

from __future__ import annotations

import fcntl
import json
import os
import stat
from pathlib import Path
from typing import Any, Mapping

from harness.nouns import HarnessError, InfrastructureError
from harness.report.header import Header
from harness.report.result import Result
from harness.report.verdict_json import SCHEMA


class ResultsFile:
    """A file in place of one that is there, complete up to the last cell, however the run ends.

    Args:
        path: The file; its folder is made.

    Raises:
        HarnessError: Another run writes there.
        InfrastructureError: It cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            self._file = self._opened()
            if stat.S_ISREG(os.fstat(self._file).st_mode):  # not a terminal
                os.ftruncate(self._file, 0)
        except OSError as error:
            raise self._not_written(error) from None
        self._size = 0

    @classmethod
    def new(cls, path: Path, header: Header) -> ResultsFile:
        """Begin one with what it says of the run.

        Raises:
            HarnessError: Another run writes there.
            InfrastructureError: It cannot be written.
        """
        file = cls(path)
        try:
            file.begin(header)
        except InfrastructureError:
            file.close()
            raise
        return file

    def begin(self, header: Header) -> None:
        """Write the first line, which says which run it is."""
        self._write({"schema": SCHEMA, "run": header.to_json()})

    def append(self, result: Result) -> None:
        """Write what came of one more cell.

        Raises:
            InfrastructureError: It cannot be written.
        """
        self._write(result.to_json())

    def close(self) -> None:
        """Let it be another run's to write; one without a line was none, and goes."""
        if not self._size:
            self.path.unlink(missing_ok=True)
        os.close(self._file)

    def __enter__(self) -> ResultsFile:
        return self

    def __exit__(self, *exception: object) -> None:
        self.close()

    def _opened(self) -> int:
        """The file, locked; the lock ends with this process."""
        while True:
            file = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o666)
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                os.close(file)
                raise HarnessError(
                    f"{self.path}: another run writes its results there; wait for its end, or name another file"
                ) from None
            except OSError:  # a file system without locks
                return file
            if self._is_there(file):
                return file
            os.close(file)  # the run that has just ended has removed it

    def _is_there(self, file: int) -> bool:
        try:
            return os.path.samestat(os.fstat(file), os.stat(self.path))
        except FileNotFoundError:
            return False

    def _write(self, said: Mapping[str, Any]) -> None:
        line = rest = (json.dumps(said) + "\n").encode()
        try:
            while rest:
                rest = rest[os.write(self._file, rest) :]
        except OSError as error:
            os.ftruncate(self._file, self._size)  # no half of a line stays
            raise self._not_written(error) from None
        self._size += len(line)

    def _not_written(self, error: OSError) -> InfrastructureError:
        return InfrastructureError(f"{self.path}: results cannot be written there ({error.strerror})")
