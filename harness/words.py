"""An exception in words, whole or in one line; what kind of thing something is."""

from __future__ import annotations

import re
from typing import Any

from harness.nouns import HarnessError, InfrastructureError

_IN_USER_CODE = re.compile(r"\A\w+: in user code:.*?^\s*(\w+(?:Error|Exception): [^\n]+)", re.DOTALL | re.MULTILINE)
_FOLLOWING = "(look up to see its traceback):"


def gist(failure: str) -> str:
    """An exception in one line, "Type: first line".

    Keras puts "in user code:" and a traceback before what it says; transformers says on the second line what did not
    import.
    """
    said = _IN_USER_CODE.search(failure)
    if said:
        return said.group(1)
    first, *rest = failure.strip().splitlines() or [""]
    if first.endswith(_FOLLOWING) and rest:
        return f"{first} {rest[0]}"
    return first.rstrip(": ")


def told(error: BaseException) -> str:
    """An exception as "Type: message"; what the harness itself refuses is a sentence of its own."""
    ours = type(error) in (HarnessError, InfrastructureError)
    return str(error) if ours else f"{type(error).__name__}: {error}"


def a_kind(value: Any) -> str:
    """What kind of thing a value is, for a message: "None", "a generator", "an EagerTensor"."""
    kind = {"ndarray": "numpy array", "NoneType": ""}.get(type(value).__name__, type(value).__name__)
    return f"{'an' if kind[0].lower() in 'aeiou' else 'a'} {kind}" if kind else "None"
