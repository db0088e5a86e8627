"""What a subject is observed with, as its record keeps it."""

from __future__ import annotations

import numpy as np

from harness.fresh.aspects import tokenizer as tokenizers
from harness.fresh.subject import Subject
from harness.nouns import HarnessError
from harness.record.batches import Inputs, first, leaves


def inputs_of(subject: Subject) -> Inputs:
    """The data of a subject, with its probes or, where it names none, slices of the data."""
    data = subject.data()
    if not isinstance(data, tuple) or len(data) not in (2, 3):
        raise HarnessError(f"data() returned {type(data).__name__}; expected (x, y) or (x, y, sample_weight)")
    counts = {len(each) for each in map(np.asarray, leaves(data))}
    if len(counts) != 1:
        raise HarnessError(f"data() returned arrays of {sorted(counts)} examples; expected as many in each")
    probes = (
        subject.probes() if subject.probes else {"same": data[0], "one": first(data[0], 1), "few": first(data[0], 3)}
    )
    return Inputs(data, probes, tuple(subject.texts() if subject.texts else tokenizers.TEXTS))
