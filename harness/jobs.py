"""What a fresh process does: train a subject and save it, or reload an artifact.

Arguments and results are JSON values. A `bare` or `library` reload is given
no subject, so that nothing of the model's own code can be imported.
"""

from __future__ import annotations

import time
import traceback
from pathlib import Path
from typing import Any, Callable, Mapping

from harness import dialect, loaders
from harness.case import SERVING, InfrastructureError
from harness.environment import versions
from harness.formats import find_format
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
    inputs = inputs_of(subject)
    model, displaced = train(subject, inputs)
    reference = observe(model, inputs)
    trained = time.monotonic() - started
    for name in arguments["formats"]:
        progress({"format": name, "saving": True})
        started_saving = time.monotonic()
        format = find_format(name)
        path = Path(arguments["records"]) / arguments["recipe"] / name
        about = About(arguments["recipe"], name, format.artifact, tuple(displaced), versions())
        try:
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
    model = loaders.load(
        find_format(record.about.format),
        record.artifact,
        arguments["loader"],
        lambda: resolve(arguments["subject"], arguments["arguments"]),
    )
    loaded = time.monotonic()
    look = observe_served if arguments["loader"] == SERVING else observe
    write_observation(Path(arguments["observation"]), look(model, inputs))
    return {"load": loaded - ready, "observe": time.monotonic() - loaded + ready - started, "versions": versions()}


def inputs_of(subject: Subject) -> Inputs:
    """The data of a subject, with its probes or, where it names none, slices of the data."""
    data = tuple(subject.data())
    probes = (
        subject.probes() if subject.probes else {"same": data[0], "one": first(data[0], 1), "few": first(data[0], 3)}
    )
    return Inputs(data, probes)


def first(x: Any, examples: int) -> Any:
    """The first examples of an array, or of a list, tuple or dict of arrays."""
    if isinstance(x, Mapping):
        return {name: first(each, examples) for name, each in x.items()}
    if isinstance(x, (list, tuple)):
        return type(x)(first(each, examples) for each in x)
    return x[:examples]
