"""The first line of results.jsonl: which run it was, and which cells it set out to compute."""

from __future__ import annotations

import hashlib
import subprocess
from dataclasses import asdict, dataclass, field
from datetime import datetime, timezone
from importlib import metadata
from typing import Any, Iterable, Mapping

from harness.environment import Environment


@dataclass(frozen=True)
class Header:
    """One run.

    Attributes:
        started: When, in UTC, as ISO 8601.
        harness: Version of the harness.
        commit: Of the folder that the run worked in; "" where that is in no git repository.
        row: Name of the pinned environment; "" for none.
        matrix: Name of the cells; "" where they are somebody's own model.
        keras: "2" or "3".
        hash_seed: PYTHONHASHSEED of what trained; 0 where that was not one.
        versions: package -> version, of those that decide an outcome.
        intended: Names of the cells that the run was to compute. Those without a result tell that it broke off.
        shard: Which part of the cells this is, as "1/4"; "" for all.
        whole: A digest of the names of all parts together, by which parts of one run are known; "" where it is whole.
    """

    started: str
    harness: str
    commit: str
    row: str
    matrix: str
    keras: str
    hash_seed: int
    versions: Mapping[str, str] = field(default_factory=dict)
    intended: tuple[str, ...] = ()
    shard: str = ""
    whole: str = ""

    @classmethod
    def of_a_run(
        cls,
        environment: Environment,
        intended: Iterable[str],
        hash_seed: int,
        row: str = "",
        matrix: str = "",
        shard: str = "",
        all_shards: Iterable[str] = (),
    ) -> Header:
        """That of a run which begins now, in this folder.

        Args:
            environment: Where models are trained and loaded.
            intended: Names of the cells that are to be computed.
            hash_seed: PYTHONHASHSEED of what trains.
            row: Name of the environment.
            matrix: Name of the cells.
            shard: Which part they are, as "1/4".
            all_shards: The names of all parts together, where this is one of several.
        """
        return cls(
            started=datetime.now(timezone.utc).isoformat(timespec="seconds"),
            harness=_version(),
            commit=_commit(),
            row=row,
            matrix=matrix,
            keras=environment.keras,
            hash_seed=hash_seed,
            versions=dict(environment.deciding),
            intended=tuple(intended),
            shard=shard,
            whole=_digest(all_shards) if shard else "",
        )

    def to_json(self) -> dict[str, Any]:
        """The same as JSON values."""
        return {**asdict(self), "intended": list(self.intended)}

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Header:
        """What `to_json` was called on.

        Raises:
            TypeError: It is no header.
        """
        return cls(**{**said, "intended": tuple(said.get("intended", ()))})


def _digest(names: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(names)).encode()).hexdigest()


def _version() -> str:
    try:
        return metadata.version("roundtrip-harness")
    except metadata.PackageNotFoundError:  # a copy of the package that nobody has installed
        return ""


def _commit() -> str:
    """The commit of this folder, as git says it; "" where there is no git, or no commit."""
    try:
        done = subprocess.run(
            ("git", "rev-parse", "--verify", "HEAD"), capture_output=True, text=True, timeout=10, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""
