"""What a fresh process does: train a subject and save it, or reload an artifact.

Arguments and results are JSON values. A `bare` or `library` reload is given
no subject, so that nothing of the model's own code can be imported.
"""

from __future__ import annotations

import os
import sys
import time
import traceback
from pathlib import Path
from typing import Any, Callable, Iterator, Mapping

import numpy as np

from harness import dialect, loaders
from harness.case import CODE, SERVING, HarnessError, InfrastructureError
from harness.environment import Environment
from harness.formats import OWN, Format, find_format
from harness.formats.format import EVERYTHING
from harness.observe import Inputs, observe, observe_served
from harness.record import About, new_record, open_record, write_observation
from harness.subject import Subject, resolve
from harness.train import train

Progress = Callable[[Any], None]


def train_and_save(arguments: Mapping[str, Any], progress: Progress) -> None:
    """Train a recipe once, and save it in several formats.

    Args:
        arguments: recipe (id), subject, arguments (of the subject), seed,
            records (folder), formats (names).
        progress: Told {"format", "saving": True} before each save, and after it
            {"format", "trained", "seconds"} with "record" or "failure"; both are
            seconds, of training and of this save.
    """
    started = time.monotonic()
    dialect.seed_everything(arguments["seed"])
    subject = resolve(arguments["subject"], arguments["arguments"])
    versions = dict(Environment.of_this_process().deciding)
    inputs = inputs_of(subject)
    model, displaced = train(subject, inputs)
    reference = observe(model, inputs, probe=subject.probe)
    trained = time.monotonic() - started
    for name in arguments["formats"]:
        progress({"format": name, "saving": True})
        started_saving = time.monotonic()
        format = format_of(name, subject)
        path = Path(arguments["records"]) / arguments["recipe"] / name
        about = About(
            recipe=arguments["recipe"],
            format=name,
            artifact=format.artifact,
            subject=arguments["subject"],
            arguments=arguments["arguments"],
            displaced=tuple(displaced),
            versions=versions,
        )
        try:
            if not format.takes(model):
                raise HarnessError(f"{name} is not for a model of this kind ({type(model).__name__})")
            with new_record(path, about, inputs, reference) as artifact:
                format.save(model, artifact)
            outcome = {"record": str(path)}
        except InfrastructureError:
            raise
        except Exception as error:  # a format that refuses a model is a verdict, and the next format is still tried
            traceback.print_exc()
            outcome = {"failure": f"{type(error).__name__}: {error}"}
        progress({"format": name, "trained": trained, "seconds": time.monotonic() - started_saving, **outcome})


def reload(arguments: Mapping[str, Any], progress: Progress) -> dict[str, Any]:
    """Load a record's artifact and observe it.

    Args:
        arguments: record (folder), loader, observation (path without suffix to
            write to), and for `code` and `rebuild` also subject, arguments, seed.
        progress: Not used.

    Returns:
        {"load": seconds, "observe": seconds, "versions": {package: version}}
    """
    started = time.monotonic()
    record = open_record(Path(arguments["record"]))
    inputs = record.inputs()
    dialect.seed_everything(arguments.get("seed", 0))
    ready = time.monotonic()
    subject = None
    if "subject" in arguments:
        subject = resolve(arguments["subject"], arguments["arguments"])
    else:
        without_the_models_code()
    model = loaders.load(format_of(record.about.format, subject), record.artifact, arguments["loader"], subject)
    loaded = time.monotonic()
    if arguments["loader"] == SERVING:
        observation = observe_served(model, inputs)
    elif hasattr(model, "predict"):
        observation = observe(model, inputs, probe=subject.probe if subject else None)
    else:
        raise HarnessError(f"load() returned {type(model).__name__}; expected a Keras model")
    write_observation(Path(arguments["observation"]), observation)
    return {
        "load": loaded - ready,
        "observe": time.monotonic() - loaded + ready - started,
        "versions": dict(Environment.of_this_process().deciding),
    }


def without_the_models_code() -> None:
    """Leave only installed packages to import: a .keras file names modules, and its reader imports what it can find."""
    ours = {str(Path(__file__).resolve().parent.parent), os.getcwd(), ""}
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
    return Inputs(data, probes)


def leaves(value: Any) -> Iterator[Any]:
    """The arrays in lists, tuples and dicts of arrays."""
    if isinstance(value, Mapping):
        value = list(value.values())
    if not isinstance(value, (list, tuple)):
        yield value
        return
    for each in value:
        yield from leaves(each)


def first(x: Any, examples: int) -> Any:
    """The first examples of an array, or of a list, tuple or dict of arrays."""
    if isinstance(x, Mapping):
        return {name: first(each, examples) for name, each in x.items()}
    if isinstance(x, (list, tuple)):
        return type(x)(first(each, examples) for each in x)
    return x[:examples]
