"""What record.json says, and reading it: every field is of its type, or is named."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field, replace
from pathlib import PurePosixPath
from typing import Any, Mapping

from packaging.requirements import InvalidRequirement, Requirement

from harness.formats import Format
from harness.nouns import Recipe
from harness.observation import Clue
from harness.record.structured import Malformed, structured

#: Raised whenever a reader of the old layout could misread the new one; every layout since 2 is read for ever.
#: 3: the recipe is one object, and an observation tells what it could not show apart from what raised.
#: 4: no weight is displaced, and the hash seed is told; complex numbers, bytes, ragged and sparse arrays are stored.
#: 5: record.json has a digest too, in record.json.sha256.
LAYOUT = 5
OLDEST = 2
#: Since this layout.
HAS_A_DIGEST = 5


class AnotherLayout(Exception):
    """This harness does not read the layout; the message says which it reads, and what to do."""


@dataclass(frozen=True)
class About:
    """What record.json says.

    Attributes:
        recipe: What was trained; where the model's own code is, for the loaders that have it.
        format: Name of the format that wrote the artifact.
        artifact: Name of the file or folder that it wrote.
        hash_seed: PYTHONHASHSEED of the process that trained; "" where that is not known.
        clues: What the model had that is known to get lost.
        library: The modules of transformers or keras-hub that its classes are from.
        versions: package -> version, in the process that saved.
        processor: What it ran on; "" where that is not known.
        layout: Version of this folder's layout.
        files: path -> [sha256, bytes], of every other file but the digest of record.json.
    """

    recipe: Recipe
    format: str = ""
    artifact: str = ""
    hash_seed: str = ""
    clues: tuple[Clue, ...] = ()
    library: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    processor: str = ""
    layout: int = LAYOUT
    files: Mapping[str, tuple[str, int]] = field(default_factory=dict)

    def of(self, format: Format) -> About:
        """The same, of what a format writes."""
        return replace(self, format=format.name, artifact=format.artifact)


def as_json(about: About) -> bytes:
    return json.dumps(asdict(about), indent=1).encode()


def from_json(data: bytes) -> About:
    """Read what record.json says, of any layout since OLDEST.

    Raises:
        Malformed: It is no JSON, or a field is missing, unknown or of another type, or names what lies elsewhere.
        AnotherLayout: It is older or newer than what this harness reads.
    """
    try:
        stored = json.loads(data)
    except (ValueError, RecursionError) as error:
        raise Malformed(f"expected JSON ({type(error).__name__})") from None
    if not isinstance(stored, dict):
        raise Malformed(f"expected an object. Received: {type(stored).__name__}")
    about = structured(About, _of_this_layout(stored))
    for name, part in (("recipe.id", about.recipe.id), ("format", about.format)):
        if not part.isprintable() or PurePosixPath(part).name != part or part in ("", ".."):
            raise Malformed(f"{name}: expected a name, without a slash. Received: {part!r}")
    for name in ("artifact", *(f"files.{each}" for each in about.files)):
        path = about.artifact if name == "artifact" else name.partition(".")[2]
        if not is_within(path):
            raise Malformed(f"{name}: expected a path within the record. Received: {path!r}")
    for place, need in enumerate(about.recipe.needs):
        try:
            Requirement(need)
        except InvalidRequirement:
            raise Malformed(f"recipe.needs[{place}]: expected a PEP 508 requirement. Received: {need!r}") from None
    return about


def is_within(path: str) -> bool:
    """Whether a path, taken from a folder, stays in it, as far as its words say."""
    parts = PurePosixPath(path).parts
    return bool(parts) and "\0" not in path and not PurePosixPath(path).is_absolute() and ".." not in parts


def _of_this_layout(stored: dict[str, Any]) -> dict[str, Any]:
    """The fields of an older layout, as this one has them."""
    layout = stored.get("layout", 0)
    if type(layout) is not int:
        raise Malformed(f"layout: expected a whole number. Received: {layout!r}")
    if not OLDEST <= layout <= LAYOUT:
        update = "update the harness" if layout > LAYOUT else "train and save again"
        raise AnotherLayout(f"a record of layout {layout}; this harness reads {OLDEST} to {LAYOUT}: {update}")
    found = dict(stored)
    if layout == 2:
        missing = [name for name in ("recipe", "subject", "arguments") if name not in found]
        if missing:
            raise Malformed(f"the field {missing[0]} is missing")
        found["recipe"] = {"id": found["recipe"], "subject": found.pop("subject"), "arguments": found.pop("arguments")}
    if layout <= 3:
        found.pop("displaced", None)  # it was for people to read
    return found
