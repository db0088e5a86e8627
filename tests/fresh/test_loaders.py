"""What load_model is handed by each loader."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace

import pytest

from harness.fresh import loaders


@pytest.mark.parametrize(
    ("loader", "is_used", "handed"),
    [
        ("bare", True, {}),
        ("library", False, {"Layer": "the library's"}),
        ("code", True, {"Layer": "the library's", "Own": "one's own"}),
        ("code", False, {"Own": "one's own"}),
    ],
)
def test_a_library_that_ones_own_code_never_names_is_not_imported_for_it(monkeypatch, loader, is_used, handed):
    dialect = SimpleNamespace(LIBRARY="library", library_objects=lambda: {"Layer": "the library's"})
    monkeypatch.setattr(loaders.dialects, "of_this_process", lambda: dialect)
    subject = SimpleNamespace(uses=lambda package: is_used, custom_objects=lambda: {"Own": "one's own"})
    format = SimpleNamespace(load=lambda path, custom_objects: custom_objects, load_uncompiled=None)

    assert handed == loaders.load(format, Path("model"), loader, subject)
