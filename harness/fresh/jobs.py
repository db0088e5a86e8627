"""What a fresh process does: train a subject and save it, or reload an artifact.

Arguments and results are JSON values. A `bare` or `library` reload is given
no subject, so that nothing of the model's own code can be imported.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from functools import partial
from pathlib import Path
from typing import Any, Callable, Mapping, Sequence

from harness.environment import Environment
from harness.formats import OWN, Format, find_format
from harness.formats.format import EVERYTHING
from harness.fresh import loaders
from harness.fresh.aspects import SAVED_AGAIN, why
from harness.fresh.aspects import tokenizer as tokenizers
from harness.fresh.aspects.resume import train_on
from harness.fresh.aspects.warned import caught
from harness.fresh.data import inputs_of
from harness.fresh.observe import observe, observe_layer, observe_served
from harness.fresh.seeds import seed_everything
from harness.fresh.subject import Subject, resolve
from harness.fresh.train import train
from harness.nouns import (
    CODE,
    LIBRARY,
    REBUILD,
    SERVED,
    SERVING,
    TOKENIZER,
    WARNINGS,
    HarnessError,
    InfrastructureError,
    Observation,
)
from harness.record.record import About, Draft, Record, open_record, write_observation

Progress = Callable[[Any], None]


def train_and_save(arguments: Mapping[str, Any], progress: Progress) -> None:
    """Train a recipe once, save it in several formats, and train on: what a reload must be able to do as well.

    Args:
        arguments: recipe (id), subject, arguments (of the subject), seed,
            records (folder), formats (names).
        progress: Told {"format", "saving": True} before each save, {"format", "saving": False} after it,
            and, when all are saved, {"format", "trained", "seconds"} with "record" or "failure" for each;
            both are seconds, of training and of this save.
    """
    started = time.monotonic()
    seed_everything(arguments["seed"])
    subject = resolve(arguments["subject"], arguments["arguments"])
    inputs = inputs_of(subject)
    tokenizer = tokenizers.of(subject.tokenizer)
    result = train(subject, inputs)
    model = result.model
    reference = result.reference | tokenizers.trained_with(tokenizer, model, inputs)
    trained = time.monotonic() - started
    about = {
        "recipe": arguments["recipe"],
        "subject": arguments["subject"],
        "arguments": arguments["arguments"],
        "displaced": result.displaced,
        "versions": dict(Environment.of_this_process().deciding),
    }
    drafts: dict[str, Draft] = {}
    outcomes: dict[str, dict[str, Any]] = {}
    try:
        for name in sorted(arguments["formats"], key=lambda name: format_of(name, subject).last):
            progress({"format": name, "saving": True})
            started_saving = time.monotonic()
            format = format_of(name, subject)
            path = Path(arguments["records"]) / arguments["recipe"] / name
            try:
                drafts[name] = saved(model, format, path, about, tokenizer)
                outcomes[name] = {"record": str(path)}
            except InfrastructureError:
                raise
            except Exception as error:  # a format that refuses a model is a verdict, and the next format is still tried
                traceback.print_exc()
                outcomes[name] = {"failure": f"{type(error).__name__}: {error}"}
            outcomes[name]["seconds"] = time.monotonic() - started_saving
            progress({"format": name, "saving": False})
        reference = train_on(model, inputs, reference)
        for draft in drafts.values():
            draft.finish(inputs, reference)
    finally:
        for draft in drafts.values():
            draft.discard()
    for name, outcome in outcomes.items():
        progress({"format": name, "trained": trained, **outcome})


def saved(model: Any, format: Format, path: Path, about: Mapping[str, Any], tokenizer: Any = None) -> Draft:
    """Save a model in a format, as a record that lacks what it is judged by."""
    if not format.takes(model):
        raise HarnessError(f"{format.name} is not for a model of this kind ({type(model).__name__})")
    draft = Draft(path, About(format=format.name, artifact=format.artifact, **about))
    draft.write(
        lambda artifact: format.save(model, artifact),
        None if tokenizer is None else partial(tokenizers.save, tokenizer),
    )
    return draft


def reload(arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Load a record's artifact and observe it; save it again, if asked to; and train on.

    Args:
        arguments: record (folder), loader, observation (path without suffix to
            write to), for `code` and `rebuild` also subject, arguments, seed; and
            again: [[format, folder of a record], ...] to save what was loaded in.
            Given "brief": True, only what costs little is observed; given "compiled": False, load_model does not.
        progress: Not used.

    Returns:
        {"load": seconds, "observe": seconds, "versions": {package: version},
        "again": {format: {"record": folder} or {"failure": why it did not save}}}
    """
    started = time.monotonic()
    record = open_record(Path(arguments["record"]))
    inputs = record.inputs()
    seed_everything(arguments.get("seed", 0))
    ready = time.monotonic()
    subject = None
    if "subject" in arguments:
        subject = resolve(arguments["subject"], arguments["arguments"])
    else:
        without_the_models_code()
    loader = arguments["loader"]
    with caught() as said:
        format = format_of(record.about.format, subject)
        model = loaders.load(format, record.artifact, loader, subject, arguments.get("compiled", True))
    loaded = time.monotonic()
    if loader in SERVED:
        observation = (observe_served if loader == SERVING else observe_layer)(model, inputs)
    elif not hasattr(model, "predict"):
        raise HarnessError(f"load() returned {type(model).__name__}; expected a Keras model")
    elif arguments.get("brief"):
        observation = observe(model, inputs, SAVED_AGAIN)
    else:
        observation = observe(model, inputs, probe=subject.probe if subject else None)
    observation |= Observation({WARNINGS: {"said": said}})
    again = saved_again(model, record, subject, observation, arguments.get("again", ()))
    if loader not in SERVED and not arguments.get("brief"):
        observation |= tokenizers.reloaded(record.tokenizer, model, inputs) if knows_the_library(loader) else NO_LIBRARY
        observation = train_on(model, inputs, observation)
    write_observation(Path(arguments["observation"]), observation)
    return {
        "load": loaded - ready,
        "observe": time.monotonic() - loaded + ready - started,
        "versions": dict(Environment.of_this_process().deciding),
        "again": again,
    }


NO_LIBRARY = Observation({}, {TOKENIZER: "the process has neither transformers nor keras-hub"})


def knows_the_library(loader: str) -> bool:
    """Whether a process of this loader may use transformers or keras-hub."""
    return loader in (CODE, LIBRARY, REBUILD)


def saved_again(
    model: Any, record: Record, subject: Subject | None, seen: Observation, targets: Sequence[Sequence[str]]
) -> dict[str, dict[str, str]]:
    """Save what was loaded, as records whose reference is what was seen of it."""
    about = {name: getattr(record.about, name) for name in ("recipe", "subject", "arguments", "displaced")}
    about["versions"] = dict(Environment.of_this_process().deciding)
    outcomes: dict[str, dict[str, str]] = {}
    for name, folder in sorted(targets, key=lambda target: format_of(target[0], subject).last):
        if name != record.about.format and Environment.of_this_process().unmet(format_of(name, subject).needs):
            continue  # another format that is not of this Keras: nothing is lost by that
        try:
            draft = saved(model, format_of(name, subject), Path(folder), about)
            outcomes[name] = {"record": str(draft.finish(record.inputs(), seen.only(SAVED_AGAIN)))}
        except InfrastructureError:
            raise
        except Exception as error:
            traceback.print_exc()
            if isinstance(error, NotImplementedError) and name != record.about.format:
                continue  # another format that is not for models of this kind: nothing is lost by that
            outcomes[name] = {"failure": why(error)}
    return outcomes


def without_the_models_code() -> None:
    """Leave only installed packages to import: a .keras file names modules, and its reader imports what it can find."""
    ours = {str(Path(__file__).resolve().parents[2]), os.getcwd(), ""}
    ours.update(os.environ.get("PYTHONPATH", "").split(os.pathsep))
    sys.path[:] = [path for path in sys.path if path not in ours or "site-packages" in path]


def format_of(name: str, subject: Subject | None) -> Format:
    """A format by its name; "own" is the subject's own save and load."""
    if name != OWN:
        return find_format(name)
    assert subject is not None
    assert subject.save is not None
    assert subject.load is not None
    save, load = subject.save, subject.load
    return Format(
        name=OWN,
        artifact=subject.filename,
        save=lambda model, path: save(model, str(path)),
        load=lambda path, custom_objects: load(str(path)),
        keeps={CODE: EVERYTHING},
    )
