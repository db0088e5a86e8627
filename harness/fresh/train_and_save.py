"""Train a recipe once, save it in several formats, and train on: what a reload must be able to do as well."""

from __future__ import annotations

import time
from dataclasses import replace
from typing import Any, Callable

from harness.environment import Environment
from harness.fresh import dialect
from harness.fresh.aspects import tokenizer as tokenizers
from harness.fresh.aspects.resume import train_on
from harness.fresh.aspects.warned import caught
from harness.fresh.data import inputs_of
from harness.fresh.observe import observe
from harness.fresh.saving import Saves, format_of
from harness.fresh.subject import resolve
from harness.fresh.train import build, train
from harness.messages import Saving, TrainAndSave, Trained
from harness.record.record import About


def train_and_save(request: TrainAndSave, progress: Callable[[Saving], Any]) -> Trained:
    """Carry out a request; a record is complete when this returns, and not there if it does not."""
    started = time.monotonic()
    dialect.seed_everything(request.seed)
    subject = resolve(request.recipe.subject, request.recipe.arguments)
    inputs = inputs_of(subject)
    tokenizer = tokenizers.of(subject.tokenizer)
    with caught() as said:
        model = build(subject)
    displaced = train(model, subject, inputs)
    # A reload sees each shape for the first time. Where training has predicted before, TensorFlow 2.5 answers
    # some by a more general graph, whose floats round elsewhere: by 6 ULPs in float32, by 2e-4 in half precision.
    dialect.forget_graphs(model)
    reference = observe(model, inputs, probe=subject.probe) | tokenizers.trained_with(tokenizer, model, inputs)
    trained = time.monotonic() - started
    about = About(request.recipe, displaced=tuple(displaced), versions=dict(Environment.of_this_process().deciding))
    saves = Saves()
    try:
        for format in sorted(
            (format_of(name, subject) for name in request.formats), key=lambda each: each.spoils_the_model
        ):
            progress(Saving(format.name))
            path = request.records / request.recipe.id / format.name
            saves.save(model, format, path, about.of(format), tokenizer)
            progress(Saving(""))
        reference = replace(train_on(model, inputs, reference), said=tuple(said))
        return Trained(trained, saves.finish(inputs, reference))
    finally:
        saves.discard()
