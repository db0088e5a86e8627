"""The archives of gold records: pack, check, unpack."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import sys
import tarfile
import tempfile
from pathlib import Path
from typing import Any, Mapping

from harness.nouns import HarnessError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

FOLDER = Path(__file__).parent
DIGESTS = FOLDER / "digests.toml"
#: Where archives are unpacked, by digest, once.
UNPACKED = Path(".harness", "gold")


def archive_of(row: str) -> Path:
    return FOLDER / f"{row}.tar.xz"


def digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def history() -> dict[str, list[dict[str, Any]]]:
    """Row -> its entries, oldest first: {"sha256", "day", "because"}."""
    return tomllib.loads(DIGESTS.read_text(encoding="utf-8")) if DIGESTS.exists() else {}


def enter(row: str, day: str, because: str) -> None:
    """Write down what the archive of a row is now."""
    entry = {"sha256": digest(archive_of(row)), "day": day, "because": because}
    with DIGESTS.open("a", encoding="utf-8") as file:
        file.write(f"\n[[{row}]]\n" + "".join(f"{name} = {json.dumps(value)}\n" for name, value in entry.items()))


def pack(records: Path, path: Path) -> None:
    """Pack a folder of records; the same files give the same bytes."""

    def plain(member: tarfile.TarInfo) -> tarfile.TarInfo:
        member.uid = member.gid = member.mtime = 0
        member.uname = member.gname = ""
        member.mode = 0o755 if member.isdir() else 0o644
        return member

    with tarfile.open(path, "w:xz", preset=9) as archive:
        for each in sorted(records.iterdir()):
            archive.add(each, each.name, filter=plain)


def unpack(row: str, entries: Mapping[str, list[dict[str, Any]]], into: Path = UNPACKED) -> Path:
    """The folder with a row's records, unpacked when it is first asked for.

    Raises:
        HarnessError: The archive is not the one that digests.toml tells of.
    """
    path = archive_of(row)
    actual = digest(path)
    if actual != entries[row][-1]["sha256"]:
        raise HarnessError(
            f"{path.name}: its digest is not the one in {DIGESTS.name}; "
            f"restore it, or write it with: python -m dev.gold {row} --because WHY"
        )
    folder = into / f"{row}-{actual[:12]}"
    if not folder.exists():
        into.mkdir(parents=True, exist_ok=True)
        fresh = Path(tempfile.mkdtemp(prefix=f".{row}-", dir=into))
        with tarfile.open(path) as archive:
            archive.extraction_filter = getattr(tarfile, "data_filter", None)  # older Pythons have none
            archive.extractall(fresh)
        fresh.chmod(0o755)
        try:
            os.replace(fresh, folder)
        except OSError:  # another run was quicker
            shutil.rmtree(fresh)
    return folder
