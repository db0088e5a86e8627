"""Messages on the wire: their one JSON form, a line each.

Nothing is guessed when a message is read: an unknown kind, a missing or a misspelt field is an exception.
"""

from __future__ import annotations

import json
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Mapping

from harness.messages import (
    Cancel,
    Cancelled,
    Confinement,
    Crashed,
    Ended,
    Event,
    Exited,
    Hello,
    Inherit,
    Job,
    Look,
    NotSaved,
    OutOfMemory,
    Progress,
    Raised,
    Reload,
    Reloaded,
    Returned,
    Saved,
    Saving,
    Started,
    Submit,
    Surroundings,
    Target,
    Task,
    TimedOut,
    TrainAndSave,
    Trained,
)
from harness.nouns import Recipe
from harness.observation import Clue
from harness.verdict import Mend

_OUTCOMES = (Returned, Raised, Crashed, TimedOut, Exited, OutOfMemory, Cancelled)
_KINDS: Mapping[str, type] = {
    kind.__name__: kind
    for kind in (
        *(Clue, Mend, Recipe, TrainAndSave, Target, Reload, Saving, Saved, NotSaved, Trained, Reloaded),
        *(Surroundings, Confinement, Job, Inherit, Submit, Cancel),
        *(Task, Hello, Started, Progress, Ended, Event, *_OUTCOMES),
    )
}
_KIND, _TUPLE, _PATH, _LOOK = "$kind", "$tuple", "$path", "$look"


def to_json(value: Any) -> Any:
    """A message as JSON values: an object with its kind, and what it holds likewise. JSON values stay as they are."""
    if is_dataclass(value) and not isinstance(value, type):
        held = {field.name: to_json(getattr(value, field.name)) for field in fields(value)}
        return {_KIND: type(value).__name__, **held}
    if isinstance(value, tuple):
        return {_TUPLE: [to_json(each) for each in value]}
    if isinstance(value, Path):
        return {_PATH: str(value)}
    return {_LOOK: value.value} if isinstance(value, Look) else value


def from_json(tree: Any, kinds: Mapping[str, type] = _KINDS) -> Any:
    """The message that `to_json` was given.

    Args:
        tree: JSON values.
        kinds: Name -> class, of all that may be in it.

    Raises:
        KeyError: There is no message of this kind.
        TypeError: A field is missing, or there is one that the message has not.
    """
    if not isinstance(tree, dict):
        return tree
    if _KIND in tree:
        held = {name: from_json(value, kinds) for name, value in tree.items() if name != _KIND}
        return kinds[tree[_KIND]](**held)
    if _TUPLE in tree:
        return tuple(from_json(each, kinds) for each in tree[_TUPLE])
    if _PATH in tree:
        return Path(tree[_PATH])
    return Look(tree[_LOOK]) if _LOOK in tree else tree


def encode(message: Any) -> bytes:
    """A message as one line, end of line included.

    Raises:
        TypeError: It holds what JSON cannot.
    """
    return json.dumps(to_json(message)).encode() + b"\n"


class Lines:
    """Takes in bytes as they come; gives the messages that are complete.

    Args:
        kinds: Name -> class, of all that may be in them.
    """

    def __init__(self, kinds: Mapping[str, type] = _KINDS) -> None:
        self._kinds = kinds
        self._unread: list[bytes] = []

    def feed(self, data: bytes) -> list[Any]:
        """The messages whose end is in these bytes; joins a long one once, not with every piece of it."""
        *ends, rest = data.split(b"\n")
        if not ends:
            self._unread.append(rest)
            return []
        lines = [b"".join([*self._unread, ends[0]]), *ends[1:]]
        self._unread = [rest]
        return [from_json(json.loads(line), self._kinds) for line in lines]
