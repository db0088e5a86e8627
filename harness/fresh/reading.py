"""Keras' private attributes, read so that one which a new Keras has renamed is told of, and not taken for absent."""

from __future__ import annotations

from typing import Any

from packaging.version import Version

from harness.environment import Environment


class Unreadable(Exception):
    """This Keras has not the attribute that the harness reads; the message says which."""


def read(owner: Any, *spellings: str, what: str) -> Any:
    """The first attribute of these names that an object has.

    Raises:
        Unreadable: It has none, so that what is looked at would be None on both sides, and equal.
    """
    for name in spellings:
        if hasattr(owner, name):
            return getattr(owner, name)
    raise unreadable(what, *spellings)


def unreadable(what: str, *spellings: str) -> Unreadable:
    """What to raise when none of the spellings that are known is there."""
    known = f"neither {' nor '.join(spellings)}" if len(spellings) > 1 else f"no {spellings[0]}"
    return Unreadable(f"{what} cannot be read: {known} is there (Keras {keras_version()})")


def keras_version() -> Version:
    """Of the Keras that this process uses: tf-keras', Keras', or, before they parted, TensorFlow's."""
    versions = Environment.of_this_process().deciding
    return Version(versions.get("tf-keras") or versions.get("keras") or versions.get("tensorflow", "0"))
