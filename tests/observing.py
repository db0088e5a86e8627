"""A job: does observing change a model, or what is saved of it?"""

from __future__ import annotations

import io
import json
import tempfile
import zipfile
from pathlib import Path

import numpy as np

from harness.formats import FORMATS
from harness.fresh.aspects import tokenizer as tokenizers
from harness.fresh.clues import clues_of
from harness.fresh.data import inputs_of
from harness.fresh.observe import observe
from harness.fresh.seeds import seed_everything
from harness.fresh.subject import resolve
from harness.nouns import PREDICTIONS
from harness.verdicts.compare import compare

FORMATS_READ = ("whole_h5", "dot_keras", "weights_h5", "savedmodel", "checkpoint")


def observe_twice(recipe, progress):
    """What two observations of a trained model do not agree on, and what a save after them wrote otherwise than before.

    Returns:
        {"differences": [line], "saved": {format: [name of what differs]}, "facts": how many were compared, ...}
    """
    seed_everything(20)
    subject = resolve(recipe.subject, recipe.arguments)
    inputs = inputs_of(subject)
    model = subject.build()
    subject.train(model, *inputs.data)
    names = [name for name in FORMATS_READ if not (name == "whole_h5" and not model._is_graph_network)]
    before = {name: contents(name, model) for name in names}
    tokenizer = tokenizers.of(subject.tokenizer)
    once, again = (observe(model, inputs) | tokenizers.trained_with(tokenizer, model, inputs) for _ in range(2))
    clues_of(model)
    after = {name: contents(name, model) for name in names}
    return {
        "differences": [str(each) for each in compare(once, again)],
        "facts": sum(map(len, once.facts.values())),
        "calls": [len(each.calls.get(PREDICTIONS, ())) for each in (once, again)],
        "same calls": once.calls == again.calls,
        "saved": {name: differing(before[name], after[name]) for name in names},
        "read": {name: len(before[name]) for name in names},
    }


def differing(one, other):
    names = sorted(set(one) ^ set(other))
    return names + [name for name in one if name in other and not same(one[name], other[name])]


def same(one, other):
    return np.asarray(one).tobytes() == np.asarray(other).tobytes() if isinstance(one, np.ndarray) else one == other


def contents(name, model):
    """What an artifact says, by name: arrays, and configs as JSON; not when and where it was written."""
    path = Path(tempfile.mkdtemp()) / FORMATS[name].artifact
    FORMATS[name].save(model, path)
    if path.is_dir():
        import tensorflow as tf

        [index] = path.rglob("*.index")
        reader = tf.train.load_checkpoint(str(index.with_suffix("")))
        variables = (name for name in reader.get_variable_to_shape_map() if name != "_CHECKPOINTABLE_OBJECT_GRAPH")
        return {name: np.asarray(reader.get_tensor(name)) for name in variables}
    data = path.read_bytes()
    if not zipfile.is_zipfile(path):
        return hdf5(data)
    members = zipfile.ZipFile(path)
    found = {"config": json.loads(members.read("config.json"))}
    for member in members.namelist():
        if member.endswith(".h5"):
            found.update(hdf5(members.read(member)))
    return found


def hdf5(data):
    import h5py

    found = {}

    def note(name, item):
        if isinstance(item, h5py.Dataset):
            found[name] = item[()]
        for key, value in item.attrs.items():
            found[f"{name}@{key}"] = str(value)

    with h5py.File(io.BytesIO(data)) as file:
        note("", file)
        file.visititems(note)
    return found
