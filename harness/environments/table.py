"""The rows of environments.toml: one pinned environment each, and what it is for."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping

from packaging.requirements import InvalidRequirement, Requirement

from harness.nouns import InfrastructureError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "environments.toml"

#: What fresh processes that know a library find imported.
PRELOADS = ("transformers", "keras-hub", "keras")
#: Groups of rows, as tox runs them: tox -m LABEL.
LABELS = ("versions", "transformers")

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")


@dataclass(frozen=True)
class Row:
    """One environment.

    Attributes:
        name: Of the row, its tox environment, its requirement file and its folder.
        python: The interpreter, as major.minor.
        keras: "2" for legacy Keras, "3" for Keras 3.
        packages: Requirements that decide an outcome.
        preload: One of PRELOADS.
        matrix: The cells that tox runs there, as --matrix names them.
        label: One of LABELS.
        why: Why it is pinned so.
    """

    name: str
    python: str
    keras: str
    packages: tuple[str, ...]
    preload: str
    matrix: str
    label: str
    why: str

    @property
    def requirements(self) -> str:
        """The file that pins all of it, from the repository's root."""
        return f"requirements/{self.name}.txt"

    @property
    def pins(self) -> Mapping[str, str]:
        """Package -> version, of the packages that are pinned to one."""
        found = {}
        for each in map(Requirement, self.packages):
            specifiers = list(each.specifier)
            if len(specifiers) == 1 and specifiers[0].operator == "==":
                found[each.name] = specifiers[0].version
        return found


def read_rows(table: Path = TABLE) -> dict[str, Row]:
    """All rows by name, in the table's order.

    Raises:
        InfrastructureError: The table cannot be read, or a row is not one; the sentence says what was expected.
    """
    try:
        read = tomllib.loads(table.read_text(encoding="utf-8"))
    except OSError as error:
        raise InfrastructureError(f"{table}: cannot be read ({error.strerror})") from None
    except tomllib.TOMLDecodeError as error:
        raise InfrastructureError(f"{table.name}: expected TOML ({error})") from None
    return {name: _row(name, values) for name, values in read.items()}


def find_rows(names: str, rows: Mapping[str, Row]) -> list[Row]:
    """The rows that are named, with commas between; "all" for each one, a label for its group.

    Raises:
        InfrastructureError: A name that no row has: there is no such environment.
    """
    found: dict[str, Row] = {}
    for name in filter(None, names.split(",")):
        group = {each.name: each for each in rows.values() if name in (each.name, each.label, "all")}
        if not group:
            raise InfrastructureError(f"there is no row {name!r} in {TABLE.name}; it has {', '.join(rows)}")
        found.update(group)
    return list(found.values())


def _row(name: str, values: Any) -> Row:
    fields = Row.__dataclass_fields__.keys() - {"name"}
    if not isinstance(values, dict) or values.keys() != fields:
        given = ", ".join(sorted(values)) if isinstance(values, dict) else type(values).__name__
        raise InfrastructureError(f"{TABLE.name}: {name}: expected {', '.join(sorted(fields))}; it has {given}")
    row = Row(name, **{**values, "packages": tuple(values["packages"])})
    if not _NAME.fullmatch(name):
        raise InfrastructureError(f"{TABLE.name}: {name}: expected small letters, digits and single dashes as a name")
    for field, allowed in (("keras", ("2", "3")), ("preload", PRELOADS), ("label", LABELS)):
        if getattr(row, field) not in allowed:
            raise InfrastructureError(
                f"{TABLE.name}: {name}: {field} is {getattr(row, field)!r}; expected {' or '.join(allowed)}"
            )
    if not re.fullmatch(r"3\.\d+", row.python):
        raise InfrastructureError(f"{TABLE.name}: {name}: python is {row.python!r}; expected a version such as 3.11")
    try:
        pins = row.pins
    except InvalidRequirement as error:
        raise InfrastructureError(f"{TABLE.name}: {name}: {str(error).splitlines()[0]}") from None
    if "tensorflow" not in pins:
        raise InfrastructureError(f"{TABLE.name}: {name}: expected tensorflow==VERSION among its packages")
    return row
