"""The suite's own Keras objects by name, so that definitions can name them without importing Keras."""

from __future__ import annotations

from typing import Any


def own(name: str) -> Any:
    """A class or function of cases.objects, imported only now."""
    from cases import objects

    return getattr(objects, name)
