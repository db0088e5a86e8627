"""Whether a changed value was judged as kept, by a second look that shares no code with the first.

The values of what was loaded are taken from the live model, in the process that loaded it, by Keras's own load_model;
those of the reference from its files. Either is held against the same of the record as it was before it was damaged.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Mapping

import numpy as np

from harness.nouns import OPTIMIZER, PREDICTIONS, WEIGHTS
from harness.observation import Observation
from harness.verdict import Kept, Verdict

#: More than the tolerance of any format: what differs by more is another value.
APART = 0.02


@dataclass(frozen=True)
class Seen:
    """What was seen of a record.

    Attributes:
        verdict: What the harness says.
        values: aspect -> digests of the live model's values, by position.
        reference: What the harness judges by.
    """

    verdict: Verdict
    values: Mapping[str, list[str]]
    reference: Observation


def silently_accepted(before: Seen, after: Seen) -> list[str]:
    """What has changed in the artifact or in the reference, and is judged as kept all the same; a sentence each.

    Args:
        before: Of the record as it was.
        after: Of the damaged one.
    """
    found = []
    for aspect in (WEIGHTS, OPTIMIZER):
        in_artifact = before.values[aspect] != after.values[aspect]
        in_reference = _digests(before.reference, aspect) != _digests(after.reference, aspect)
        if in_artifact != in_reference and _is_kept(before, aspect) and _is_kept(after, aspect):
            found.append(f"{aspect}: changed in the {'artifact' if in_artifact else 'reference'}, and judged as kept")
    if before.values == after.values and _is_kept(before, PREDICTIONS) and _is_kept(after, PREDICTIONS):
        pairs = [each.reference.facts.get(PREDICTIONS, {}) for each in (before, after)]
        if any(_is_apart(pairs[0][name], pairs[1][name]) for name in pairs[0].keys() & pairs[1].keys()):
            found.append(f"{PREDICTIONS}: changed in the reference, and judged as kept")
    return found


def reload(request: Any, progress: Any) -> Any:
    """The job of a load, and afterwards the values of what Keras loads from the same artifact."""
    from harness.fresh.reload import reload as reload_a_record

    reloaded = reload_a_record(request, progress)
    values_of(request).write_text(json.dumps(_values(request.record)))
    return reloaded


def values_of(request: Any) -> Path:
    """Where the values of a load are written: in the folder of records of the run."""
    return request.observation.parents[2] / f"{request.observation.name}.values.json"


def _values(record: Path) -> dict[str, list[str]]:
    from tensorflow import keras

    name = json.loads((record / "record.json").read_text())["artifact"]
    model = keras.models.load_model(str(record / "artifact" / name))
    optimizer = getattr(model, "optimizer", None)
    slots = [] if optimizer is None else optimizer.variables
    slots = slots() if callable(slots) else slots
    return {WEIGHTS: [_digest(each) for each in model.weights], OPTIMIZER: [_digest(each) for each in slots]}


def _digest(value: Any) -> str:
    array = np.asarray(value)
    data = (
        repr(value).encode() if array.dtype.kind == "O" else array.tobytes()
    )  # JSON values, among a reference's facts
    return hashlib.sha256(f"{array.dtype}{array.shape}".encode() + data).hexdigest()


def _digests(reference: Observation, aspect: str) -> list[str]:
    return [_digest(each) for each in reference.facts.get(aspect, {}).values()]


def _is_kept(seen: Seen, aspect: str) -> bool:
    return isinstance(seen.verdict.findings.get(aspect), Kept)


def _is_apart(one: Any, other: Any) -> bool:
    one, other = np.asarray(one), np.asarray(other)
    if one.shape != other.shape or one.dtype != other.dtype:
        return True
    return one.dtype.kind in "fiu" and not np.allclose(one, other, rtol=APART, atol=APART, equal_nan=True)
