"""Load a record's artifact, observe it, save it again if asked to, and train on."""

from __future__ import annotations

import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any, Callable

from harness.environment import Environment, processor
from harness.fresh import loaders
from harness.fresh.aspects import SAVED_AGAIN
from harness.fresh.aspects import tokenizer as tokenizers
from harness.fresh.aspects.resume import train_on
from harness.fresh.aspects.warned import caught
from harness.fresh.observe import dtypes_taken, observe, observe_layer, observe_runtime, observe_served
from harness.fresh.saving import NotSuited, Saves, format_of
from harness.fresh.seeds import seed_everything
from harness.fresh.settings import forget_settings, set_policy, trust_artifacts
from harness.fresh.subject import Subject, resolve
from harness.messages import Look, NotSaved, Reload, Reloaded, Saved
from harness.nouns import CODE, LIBRARY, REBUILD, RUNTIME, SERVED, SERVING, TFSM, TOKENIZER, HarnessError
from harness.observation import Hidden, Observation
from harness.processes import attempts
from harness.record.about import About
from harness.record.batches import Inputs
from harness.record.observations import write_observation
from harness.record.record import Record, open_record
from harness.verdict import Mend

_OBSERVE_SERVED = {SERVING: observe_served, TFSM: observe_layer, RUNTIME: observe_runtime}
NO_MEND = Mend("", ())
NO_LIBRARY = Observation({}, {TOKENIZER: Hidden("the process has neither transformers nor keras-hub")})


def reload(request: Reload, progress: Callable[[Any], Any]) -> Reloaded:
    """Carry out a request; what was seen is in its file when this returns."""
    started = time.monotonic()
    record = open_record(request.record)
    # The folder of what was seen is the driver's, and goes with the run, even where this process is killed.
    with record.moved(request.observation.parent) as artifact:
        return _reload(request, record, artifact, started)


def _reload(request: Reload, record: Record, artifact: Path, started: float) -> Reloaded:
    inputs = record.inputs()
    has_tensorflow = request.loader != RUNTIME
    if has_tensorflow:
        seed_everything(request.seed)
    ready = time.monotonic()
    subject = None if request.code is None else resolve(request.code.subject, request.code.arguments)
    if subject is None and has_tensorflow:
        forget_settings()
    with caught() as said:
        format = format_of(record.about.format, subject)
        mend = request.mend or NO_MEND
        if mend.policy:
            set_policy(mend.policy)
        if not mend.safe:
            trust_artifacts()
        modules = record.about.library
        model = loaders.load(format, artifact, request.loader, subject, request.compiled, modules, mend.objects)
    loaded = time.monotonic()
    seen = replace(_observe(model, request, record, inputs, subject), said=tuple(said))
    saved_again = _save_again(model, record, inputs, subject, seen, request)
    if request.loader not in SERVED and request.look is Look.FULL:
        tokens = (
            tokenizers.reloaded(record.tokenizer, model, inputs)
            if request.loader in (CODE, LIBRARY, REBUILD)
            else NO_LIBRARY
        )
        seen = train_on(model, inputs, seen | tokens)
    # What it tried is told as what it logged: nobody knows it to be harmless.
    write_observation(request.observation, replace(seen, said=(*seen.said, *attempts.seen())))
    return Reloaded(
        load=loaded - ready,
        observe=time.monotonic() - loaded + ready - started,
        versions=dict(Environment.of_this_process().deciding),
        processor=processor(),
        saved_again=saved_again,
    )


def _observe(model: Any, request: Reload, record: Record, inputs: Inputs, subject: Subject | None) -> Observation:
    if request.loader in SERVED:
        return _OBSERVE_SERVED[request.loader](model, inputs, dtypes_taken(record.reference()))
    if not hasattr(model, "predict"):
        raise HarnessError(f"load() returned {type(model).__name__}; expected a Keras model")
    if request.look is Look.BRIEF:
        return observe(model, inputs, SAVED_AGAIN)
    return observe(model, inputs, probe=subject.probe if subject else None)


def _save_again(
    model: Any, record: Record, inputs: Inputs, subject: Subject | None, seen: Observation, request: Reload
) -> tuple[Saved | NotSaved, ...]:
    """Save what was loaded, as records whose reference is what was seen of it."""
    here = Environment.of_this_process()
    hash_seed = os.environ.get("PYTHONHASHSEED", "")
    about = About(
        record.about.recipe,
        hash_seed=hash_seed,
        library=record.about.library,
        versions=dict(here.deciding),
        processor=processor(),
    )
    # Keras raises it where a format is not for a model of the class that came back ("Saving the model to HDF5 format
    # requires the model to be a Functional model"). Of the cell's own format it is told all the same, below.
    saves = Saves(unsuited=(NotSuited, NotImplementedError))
    try:
        formats = [(format_of(target.format, subject), target) for target in request.save_again]
        for format, target in sorted(formats, key=lambda each: each[0].spoils_the_model):
            # Another format that is not of this Keras: nothing is lost by that.
            if format.name == record.about.format or not here.unmet(format.needs):
                saves.save(model, format, target, about)
        outcomes = saves.finish(inputs, seen.only(SAVED_AGAIN)) if saves.seconds else ()
    finally:
        saves.discard()
    own = record.about.format
    return tuple(each for each in outcomes if isinstance(each, Saved) or each.format == own or each.suits)
