"""A zip archive, as .keras is one: where its members would be written, how large they become, and what they are."""

from __future__ import annotations

import json
import stat
import zipfile
from typing import BinaryIO, Callable, Iterator

from harness.inspection.danger import Container, Danger, Found, Unreadable
from harness.inspection.sizes import MOST, is_bomb
from harness.record.about import is_within

#: Looks into a member: (file, where) -> what was found.
Look = Callable[[BinaryIO, str], Found]
#: What Keras says of itself there.
_METADATA = "metadata.json"


def inspect_zip(file: BinaryIO, where: str, look: Look) -> Found:
    """Look into an archive that is open for reading, and into each member; none is written anywhere.

    Raises:
        Unreadable: It is damaged.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            members = archive.infolist()
            found = [Found((Container(where, "zip", _versions(archive)),), tuple(_of_members(members, file, where)))]
            for each in members:
                if not each.is_dir() and not is_bomb(each.file_size, each.compress_size):
                    with archive.open(each) as member:
                        found.append(look(member, f"{where}:{each.filename}"))  # type: ignore[arg-type]
            return Found.joined(found)
    # NotImplementedError is zipfile's own, of a compression that it does not know; RuntimeError, of a password.
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError, OSError, ValueError) as error:
        raise Unreadable(f"is a damaged zip archive ({type(error).__name__}: {error})") from None


def _of_members(members: list[zipfile.ZipInfo], file: BinaryIO, where: str) -> Iterator[Danger]:
    for each in members:
        place = f"{where}:{each.filename}"
        if not is_within(each.filename.replace("\\", "/")) or each.filename[1:2] == ":":
            yield Danger("path", place, f"the member {each.filename!r}")
        if stat.S_ISLNK(each.external_attr >> 16):
            yield Danger("link", place, "a member that is a link")
        if is_bomb(each.file_size, each.compress_size):
            yield Danger("bomb", place, f"{each.file_size} bytes of {each.compress_size}")
    whole, size = sum(each.compress_size for each in members), file.seek(0, 2)
    if whole > size:
        yield Danger("bomb", where, f"members of {whole} bytes in an archive of {size}")


def _versions(archive: zipfile.ZipFile) -> dict[str, str]:
    try:
        about = json.loads(archive.open(_METADATA).read(min(MOST, 1 << 20)))
        return {"keras": str(about["keras_version"])}
    except (KeyError, ValueError, TypeError, RecursionError):
        return {}
