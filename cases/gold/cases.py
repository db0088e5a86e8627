"""The cells of the gold records: each archive's formats, to be loaded by rows of the same Keras that are not older.

What Keras 3 makes of what legacy Keras has saved is no matter of keeping promises, and told by `harness cross`.
"""

from __future__ import annotations

from pathlib import Path

from cases.gold.archive import archive_of, history, unpack
from harness.environments.table import Row, read_rows
from harness.nouns import BARE, REBUILD, SERVING, Case, Recipe

#: The rows of this repository.
TABLE = Path(__file__).resolve().parents[2] / "environments.toml"

SUBJECT = "cases.gold.subject:subject"

#: What is written, where the versions allow it, and how it is loaded.
ROUTES = (
    ("savedmodel", BARE),
    ("savedmodel", SERVING),
    ("whole_h5", BARE),
    ("dot_keras", BARE),
    ("weights_h5", REBUILD),
    ("tf_weights", REBUILD),
    ("checkpoint", REBUILD),
    ("export", SERVING),
)


def recipe(row: Row) -> Recipe:
    """What a row has trained; needs its Keras, and versions that are not older than its own."""
    name = row.name.replace("-", "_")
    needs = (f"tensorflow>={row.pins['tensorflow']}", "keras>=3" if row.keras == "3" else "keras<3")
    return Recipe(f"gold_{name}", SUBJECT, needs=needs)


def gold() -> dict[Case, Path]:
    """Every cell, and the record that it loads."""
    entries = history()
    found = {}
    for row in read_rows(TABLE).values():
        if row.name in entries and archive_of(row.name).exists():
            folder = unpack(row.name, entries)
            for format, loader in ROUTES:
                if (folder / format).exists():
                    found[Case(recipe(row), format, loader)] = folder / format
    return found
