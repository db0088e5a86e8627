"""Which releases of a package there are, asked of the package index.

The format is that of PEP 691, https://packaging.python.org/en/latest/specifications/simple-repository-api/
"""

from __future__ import annotations

import json
import os
import urllib.error
import urllib.request
from dataclasses import dataclass
from typing import Any, Mapping

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import InvalidWheelFilename, canonicalize_name, parse_wheel_filename
from packaging.version import Version

from harness.nouns import InfrastructureError

_ACCEPT = "application/vnd.pypi.simple.v1+json"
#: Where uv and pip are told of another index.
_VARIABLES = ("UV_DEFAULT_INDEX", "UV_INDEX_URL", "PIP_INDEX_URL")


@dataclass(frozen=True)
class Release:
    """A final release with a wheel.

    Attributes:
        version: As PEP 440 has it.
        day: When it was uploaded, as ISO 8601; "" where the index does not say.
    """

    version: str
    day: str


def releases(package: str, python: str) -> list[Release]:
    """The final releases that a Python can install from wheels, oldest first.

    Raises:
        InfrastructureError: The index is out of reach, does not answer as PEP 691 says, or has no such package.
    """
    index = next(filter(None, map(os.environ.get, _VARIABLES)), "https://pypi.org/simple")
    url = f"{index.rstrip('/')}/{canonicalize_name(package)}/"
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers={"Accept": _ACCEPT}), timeout=60) as answer:
            files = json.load(answer)["files"]
    except (OSError, ValueError, KeyError, urllib.error.URLError) as error:
        reason = getattr(error, "reason", None) or error
        raise InfrastructureError(
            f"the releases of {package} cannot be read from the package index ({reason})"
        ) from None
    return read_files(files, python)


def read_files(files: list[Mapping[str, Any]], python: str) -> list[Release]:
    """The releases among an index's files."""
    found: dict[Version, str] = {}
    for file in files:
        try:
            _, version, _, _ = parse_wheel_filename(file["filename"])
            fits = SpecifierSet(file.get("requires-python") or "").contains(f"{python}.99")
        except (InvalidWheelFilename, InvalidSpecifier):
            continue
        if fits and not file.get("yanked") and not version.is_prerelease:
            day = str(file.get("upload-time") or "")[:10]
            found[version] = min(filter(None, (found.get(version), day)), default="")
    return [Release(str(version), found[version]) for version in sorted(found)]
