"""Train a recipe once, save it in several formats, and train on: what a reload must be able to do as well."""

from __future__ import annotations

import os
import time
from typing import Any, Callable

from harness.environment import Environment, processor
from harness.fresh import dialects
from harness.fresh.aspects import tokenizer as tokenizers
from harness.fresh.aspects.resume import train_on
from harness.fresh.data import inputs_of
from harness.fresh.layers import modules_of
from harness.fresh.saving import Saves, format_of
from harness.fresh.seeds import seed_everything
from harness.fresh.subject import resolve
from harness.fresh.train import train
from harness.messages import Saving, Target, TrainAndSave, Trained
from harness.record.about import About


def train_and_save(request: TrainAndSave, progress: Callable[[Saving], Any]) -> Trained:
    """Carry out a request; a record is complete when this returns, and not there if it does not."""
    started = time.monotonic()
    seed_everything(request.seed)
    subject = resolve(request.recipe.subject, request.recipe.arguments)
    inputs = inputs_of(subject)
    tokenizer = tokenizers.of(subject.tokenizer)
    result = train(subject, inputs)
    model = result.model
    reference = result.reference | tokenizers.trained_with(tokenizer, model, inputs)
    trained = time.monotonic() - started
    versions = dict(Environment.of_this_process().deciding)
    hash_seed = os.environ.get("PYTHONHASHSEED", "")
    about = About(
        request.recipe,
        hash_seed=hash_seed,
        clues=result.clues,
        library=modules_of(model, dialects.of_this_process().LIBRARY),
        versions=versions,
        processor=processor(),
    )
    saves = Saves(request.drafts)
    try:
        formats = {name: format_of(name, subject) for name in request.formats}
        for name in sorted(formats, key=lambda name: formats[name].spoils_the_model):
            progress(Saving(name))
            saves.save(model, formats[name], Target(name, request.records / request.recipe.id / name), about, tokenizer)
            progress(Saving(""))
        return Trained(trained, saves.finish(inputs, train_on(model, inputs, reference)), result.clues)
    finally:
        saves.discard()
