"""What is broken upstream, measured: each entry with its message, its condition and its link."""

from __future__ import annotations

from harness.known_failures import KnownFailure

KNOWN_FAILURES: tuple[KnownFailure, ...] = ()
