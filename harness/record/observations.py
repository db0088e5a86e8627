"""An observation as two files, and read again: every field is of its type, or is named."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Any

from harness.observation import Observation
from harness.record import arrays_and_json as store
from harness.record.structured import Malformed, structured


def write_observation(path: Path, observation: Observation) -> None:
    facts = {aspect: dict(names) for aspect, names in observation.facts.items()}
    hidden = {aspect: asdict(why) for aspect, why in observation.hidden.items()}
    calls = {aspect: [asdict(each) for each in calls] for aspect, calls in observation.calls.items()}
    store.write(path, {"facts": facts, "hidden": hidden, "said": list(observation.said), "calls": calls})


def read_observation(path: Path) -> Observation:
    """Read what `write_observation` wrote, in any layout of records.

    Raises:
        Malformed: A field is missing, unknown or of another type.
    """
    stored = store.read(path)
    if isinstance(stored, dict) and "unobservable" in stored:
        stored = _of_layout_2(stored)
    return structured(Observation, stored)


def _of_layout_2(stored: dict[str, Any]) -> dict[str, Any]:
    unobservable = stored["unobservable"]
    if not isinstance(unobservable, dict) or not all(isinstance(why, str) for why in unobservable.values()):
        raise Malformed("unobservable: expected an object of texts")
    return {"facts": stored.get("facts"), "hidden": {each: _hidden(why) for each, why in unobservable.items()}}


def _hidden(why: str) -> dict[str, Any]:
    first, _, rest = why.partition(" ")
    return {"why": rest if first == "raised" else why, "raised": first == "raised"}
