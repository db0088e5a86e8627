"""What to do: the formats that kept what is asked for, best first, with the lines to paste."""

from __future__ import annotations

from typing import Iterable, Mapping, NamedTuple, Sequence

from harness.nouns import BARE, CODE, LIBRARY, LOADERS, REBUILD, SERVING, TFSM, Verdict

#: format -> the line that saves.
SAVE: Mapping[str, str] = {
    "savedmodel": 'model.save(path, save_format="tf")',
    "traceless": 'model.save(path, save_format="tf", save_traces=False)',
    "whole_h5": 'model.save("model.h5")',
    "dot_keras": 'model.save("model.keras")',
    "weights_h5": 'model.save_weights("model.weights.h5")',
    "tf_weights": 'model.save_weights(path, save_format="tf")',
    "checkpoint": "tf.train.Checkpoint(model=model, optimizer=model.optimizer).write(path)",
    "export": "model.export(path)",
    "hf_h5": "model.save_pretrained(path)",
    "shards": 'model.save_weights("model.weights.json", max_shard_size=1)',
    "hf_safetensors": "model.save_pretrained(path, safe_serialization=True)",
    "own": "save(model, path)",
}

#: loader -> the line that loads, unless the format has one of its own.
LOAD: Mapping[str, str] = {
    BARE: "model = tf.keras.models.load_model({path})",
    LIBRARY: "model = tf.keras.models.load_model({path}, custom_objects={{...}})  # the classes of transformers",
    CODE: "model = tf.keras.models.load_model({path}, custom_objects={{...}})  # your classes and functions by name",
    REBUILD: "model = build(); model.load_weights({path})",
    SERVING: 'predict = tf.saved_model.load({path}).signatures["serving_default"]',
    TFSM: "layer = tf.keras.layers.TFSMLayer({path})",
}
_PATHS = {"whole_h5": '"model.h5"', "dot_keras": '"model.keras"', "weights_h5": '"model.weights.h5"'}
_LOAD_OF = {
    ("savedmodel", REBUILD): 'model = build(); model.load_weights(path + "/variables/variables")',
    ("checkpoint", REBUILD): (
        "model = build(); tf.train.Checkpoint(model=model, optimizer=model.optimizer).read(path)"
    ),
    ("hf_h5", LIBRARY): "model = TheModelsClass.from_pretrained(path)",
    ("hf_safetensors", LIBRARY): "model = TheModelsClass.from_pretrained(path)",
    ("own", CODE): "model = load(path)",
}


class Way(NamedTuple):
    """One way to save and load that kept all that was asked for."""

    format: str
    loader: str
    kept: tuple[str, ...]
    lost: tuple[str, ...]
    size: int
    seconds: float
    save: str
    load: str


def ways(verdicts: Iterable[Verdict], required: Sequence[str]) -> list[Way]:
    """The ways that kept everything required: by what else they kept, then by size, then by time.

    Of one format, a way that needs more in the reloading process is left out unless it keeps more.
    """
    found: list[Way] = []
    for verdict in sorted(verdicts, key=lambda each: list(LOADERS).index(each.case.loader)):
        came_back = verdict.kept
        format, loader = verdict.case.format, verdict.case.loader
        simpler = [way for way in found if way.format == format and set(came_back) <= set(way.kept)]
        if not verdict.stage and set(required) <= set(came_back) and not simpler:
            load = _LOAD_OF.get((format, loader)) or LOAD[loader].format(path=_PATHS.get(format, "path"))
            seconds = verdict.seconds.get("save", 0.0) + verdict.seconds.get("reload", 0.0)
            found.append(Way(format, loader, came_back, verdict.lost, verdict.size, seconds, SAVE[format], load))
    return sorted(found, key=lambda way: (-len(way.kept), way.size, way.seconds))
