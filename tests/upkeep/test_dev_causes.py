from __future__ import annotations

from dev.causes import PAGE, page
from harness.causes import CAUSES


def test_the_page_is_what_the_catalogue_says():
    assert page() == PAGE.read_text(encoding="utf-8"), "run python -m dev.causes"


def test_every_cause_has_its_place_with_what_to_write():
    for cause in CAUSES.values():
        assert f"\n### {cause.id}\n" in page()
    assert "Pool" not in page()
    assert "{class}" not in page()
