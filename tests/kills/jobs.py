"""What the processes of a small run do that takes no TensorFlow: real records are written and read, of no model."""

from __future__ import annotations

import os
import time

import numpy as np

from harness.messages import Reloaded, Saved, Saving, Trained
from harness.observation import Observation
from harness.record.about import About
from harness.record.batches import Inputs
from harness.record.observations import write_observation
from harness.record.record import Draft, Reference, open_record

SEEN = Observation({"weights": {"kernel": np.ones(20_000)}})


def train_and_save(request, progress):
    print("training", flush=True)
    drafts = []
    for name in request.formats:
        progress(Saving(name))
        drafts.append(_draft(request.records / request.recipe.id / name, request.recipe, name, request.drafts))
        progress(Saving(""))
    with Reference.written(request.drafts, Inputs((np.ones(3), np.ones(3)), {}), SEEN) as reference:
        saves = tuple(Saved(draft.path.name, draft.finish(reference), 0.1) for draft in drafts)
    return Trained(0.1, saves)


def reload(request, progress):
    print("loading", flush=True)
    record = open_record(request.record)
    with record.moved(request.observation.parent) as artifact:
        artifact.read_bytes()
        time.sleep(0.05)
    write_observation(request.observation, record.reference())
    again = []
    for each in request.save_again:
        draft = _draft(each.record, record.about.recipe, each.format)
        with Reference.written(each.record.parent, record.inputs(), SEEN) as reference:
            again.append(Saved(each.format, draft.finish(reference), 0.1))
    return Reloaded(0.1, 0.1, {}, tuple(again))


def _draft(path, recipe, format, drafts=None):
    draft = Draft(path, About(recipe, format, "model"), drafts)
    draft.write(_save)
    return draft


def _save(path):
    with path.open("wb") as file:
        for _ in range(10):
            file.write(os.urandom(20_000))
            time.sleep(0.005)
