"""The table of environments, environments.toml: one pinned environment a row, and what it is for.

python and keras say what it is made of, packages what decides an outcome. What they depend on is pinned in
requirements/NAME.txt beside the table, where there is such a file.
"""

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

#: The table of the project in whose folder the harness is started.
TABLE = Path("environments.toml")

#: What the harness imports in an environment where it trains, saves and loads.
NEEDED = ("numpy", "packaging", "safetensors", "tomli; python_version < '3.11'")

#: What fresh processes that know a library find imported; "" for the first of these that is installed.
PRELOADS = ("transformers", "keras-hub", "keras")

#: What stands above the rows: requirements that every row has besides its own.
EVERYWHERE = "everywhere"

_NAME = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
_PYTHON = re.compile(r"3\.\d+")
_MUST = ("keras", "packages", "python")
_MAY = ("also", "label", "matrix", "preload", "why")


@dataclass(frozen=True)
class Row:
    """One environment.

    Attributes:
        name: Of the row, its tox environment, its requirement file and its folder.
        python: The interpreter, as major.minor.
        keras: "2" for legacy Keras, "3" for Keras 3.
        packages: Requirements that decide an outcome.
        preload: One of PRELOADS, or "".
        matrix: The cells that tox runs there, as --matrix names them.
        label: The group that it belongs to.
        why: Why it is pinned so.
        also: Other interpreters that will do where `python` is missing; the pins hold for them too.
        everywhere: Requirements that every row of the table has.
        table: Where it was read.
    """

    name: str
    python: str
    keras: str
    packages: tuple[str, ...]
    preload: str = ""
    matrix: str = "each"
    label: str = ""
    why: str = ""
    also: tuple[str, ...] = ()
    everywhere: tuple[str, ...] = ()
    table: Path = TABLE

    @property
    def requirements(self) -> Path:
        """The file that pins all of it."""
        return self.table.parent / "requirements" / f"{self.name}.txt"

    @property
    def asked(self) -> tuple[str, ...]:
        """All that is asked for, without what it depends on."""
        return (*self.packages, *NEEDED, *self.everywhere)

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
        raise InfrastructureError(
            f"{table}: cannot be read ({error.strerror}); expected a table of environments, a section for each"
        ) from None
    except tomllib.TOMLDecodeError as error:
        raise InfrastructureError(f"{table.name}: expected TOML ({error})") from None
    everywhere = read.pop(EVERYWHERE, [])
    _check_requirements(everywhere, f"{table.name}: {EVERYWHERE}")
    if not read:
        raise InfrastructureError(f"{table.name}: expected a section for each environment; it has none")
    return {name: _read_row(name, values, tuple(everywhere), table) for name, values in read.items()}


def find_rows(names: str, rows: Mapping[str, Row]) -> list[Row]:
    """The rows that are named, with commas between; "all" for each one, a label for its group.

    Raises:
        InfrastructureError: A name that no row has: there is no such environment.
    """
    found: dict[str, Row] = {}
    for name in filter(None, names.split(",")):
        group = {each.name: each for each in rows.values() if name in (each.name, each.label, "all")}
        if not group:
            table = next(iter(rows.values())).table.name
            raise InfrastructureError(f"there is no row {name!r} in {table}; it has {', '.join(rows)}")
        found.update(group)
    return list(found.values())


def _read_row(name: str, values: Any, everywhere: tuple[str, ...], table: Path) -> Row:
    where = f"{table.name}: {name}"
    if not isinstance(values, dict) or not set(_MUST) <= set(values) <= {*_MUST, *_MAY}:
        given = ", ".join(sorted(values)) if isinstance(values, dict) else type(values).__name__
        raise InfrastructureError(
            f"{where}: expected {', '.join(_MUST)} and, optionally, {', '.join(_MAY)}; it has {given}"
        )
    if not _NAME.fullmatch(name):
        raise InfrastructureError(f"{where}: expected small letters, digits and single dashes as a name")
    for field in ("packages", "also"):
        if not _is_list_of_strings(values.get(field, [])):
            raise InfrastructureError(f"{where}: {field} is {values[field]!r}; expected a list of strings")
    lists = {field: tuple(values[field]) for field in ("packages", "also") if field in values}
    row = Row(name, **{**values, **lists}, everywhere=everywhere, table=table)
    for field, allowed in (("keras", ("2", "3")), ("preload", ("", *PRELOADS))):
        if getattr(row, field) not in allowed:
            expected = " or ".join(filter(None, allowed))
            raise InfrastructureError(f"{where}: {field} is {getattr(row, field)!r}; expected {expected}")
    if row.label == "all":
        raise InfrastructureError(f"{where}: label is 'all', which stands for every row; expected another word")
    for python in (row.python, *row.also):
        if not isinstance(python, str) or not _PYTHON.fullmatch(python):
            raise InfrastructureError(f"{where}: python is {python!r}; expected a version such as 3.11")
    _check_requirements(row.packages, where)
    if "tensorflow" not in row.pins:
        raise InfrastructureError(f"{where}: expected tensorflow==VERSION among its packages")
    return row


def _check_requirements(requirements: Any, where: str) -> None:
    if not _is_list_of_strings(requirements):
        raise InfrastructureError(f"{where}: is {requirements!r}; expected a list of requirements")
    for each in requirements:
        try:
            Requirement(each)
        except InvalidRequirement as error:
            raise InfrastructureError(f"{where}: {str(error).splitlines()[0]}") from None


def _is_list_of_strings(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and all(isinstance(each, str) for each in value)
