"""Known failures with Keras 3."""

from __future__ import annotations

from harness.known_failures import KnownFailure

KNOWN_FAILURES: tuple[KnownFailure, ...] = ()
