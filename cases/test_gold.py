"""The gold records of every row that is not newer than this environment: what was saved then loads now."""

from __future__ import annotations

import pytest

from cases.gold.archive import DIGESTS, FOLDER, archive_of, digest, history


@pytest.mark.matrix("gold")
def test_what_was_saved_then_loads_now(cell):
    cell.survives()


def test_every_archive_is_the_one_that_was_written_down_last():
    entries = history()

    assert set(entries) == {path.name.partition(".")[0] for path in FOLDER.glob("*.tar.xz")}
    for row, written in entries.items():
        assert written[-1]["sha256"] == digest(archive_of(row)), (
            f"{archive_of(row).name} has changed without a reason: write it with "
            f"`python -m dev.gold {row} --because WHY`, which adds an entry to {DIGESTS.name}"
        )


def test_every_change_of_an_archive_has_a_reason_of_its_own():
    for row, written in history().items():
        digests = [entry["sha256"] for entry in written]

        assert len(set(digests)) == len(digests), row
        assert all(entry["because"].strip() for entry in written), row
