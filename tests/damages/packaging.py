"""Damages of the further ways of packaging (architecture apart, callbacks, pickles), and that each is good."""

from __future__ import annotations

import json
from contextlib import contextmanager

from damages.damage import on_restore, on_save
from harness.formats import BACKUP, CLOUDPICKLE, EACH_EPOCH, JOBLIB, MLFLOW, PICKLED, PRESET, TF_SAVED, TO_JSON, to_json


@on_save(TO_JSON)
def saved_apart(model, path):
    """Architecture and weights are written apart."""
    TO_JSON.save(model, path)


@on_save(TO_JSON)
def architecture_of_another_model(model, path):
    """The architecture is that of another version, whose weights have the same shapes."""
    TO_JSON.save(model, path)
    file = path / to_json.CONFIG
    model = json.loads(file.read_text())
    file.write_text(json.dumps(_with(model, "rate", 0.25)))


def _with(value, name, instead):
    """JSON with another value wherever an object has a name."""
    if isinstance(value, dict):
        return {key: instead if key == name else _with(each, name, instead) for key, each in value.items()}
    return [_with(each, name, instead) for each in value] if isinstance(value, list) else value


@on_save(EACH_EPOCH)
def saved_by_a_callback(model, path):
    """A callback writes the model."""
    EACH_EPOCH.save(model, path)


@on_save(EACH_EPOCH)
def saved_an_epoch_ago(model, path):
    """A callback writes the model before the last step moves a bias."""
    with zeroed(model.layers[-1].bias):
        EACH_EPOCH.save(model, path)


@on_save(BACKUP)
def backed_up(model, path):
    """A callback writes what training goes on from."""
    BACKUP.save(model, path)


@on_save(BACKUP)
def backed_up_before_the_rate_was_lowered(model, path):
    """The backup has another learning rate than the optimizer that goes on."""
    rate = model.optimizer.learning_rate
    before = rate.numpy()
    rate.assign(before * 2)
    BACKUP.save(model, path)
    rate.assign(before)


@on_restore(BACKUP)
def restored_without_a_backup(model, path):
    """The callback finds no backup where it looks, begins anew, and says nothing."""
    BACKUP.restore(model, path / "elsewhere")


@on_save(TF_SAVED)
def served_by_hand(model, path):
    """A signature of one's own is saved."""
    TF_SAVED.save(model, path)


@on_save(TF_SAVED)
def served_by_hand_too_soon(model, path):
    """A signature of one's own is saved before the last step moves a bias."""
    with zeroed(model.layers[-1].bias):
        TF_SAVED.save(model, path)


@on_save(PICKLED)
def pickled(model, path):
    """The model is pickled."""
    PICKLED.save(model, path)


@on_save(PICKLED)
def pickled_too_soon(model, path):
    """The model is pickled before the last step moves a bias."""
    with zeroed(model.layers[-1].bias):
        PICKLED.save(model, path)


@on_save(CLOUDPICKLE)
def pickled_by_cloudpickle(model, path):
    """The model is pickled by cloudpickle."""
    CLOUDPICKLE.save(model, path)


@on_save(CLOUDPICKLE)
def pickled_too_soon_by_cloudpickle(model, path):
    """The model is pickled by cloudpickle before the last step moves a bias."""
    with zeroed(model.layers[-1].bias):
        CLOUDPICKLE.save(model, path)


@on_save(JOBLIB)
def dumped_by_joblib(model, path):
    """The model is written by joblib."""
    JOBLIB.save(model, path)


@on_save(JOBLIB)
def dumped_too_soon_by_joblib(model, path):
    """The model is written by joblib before the last step moves a bias."""
    with zeroed(model.layers[-1].bias):
        JOBLIB.save(model, path)


@on_save(MLFLOW)
def saved_by_mlflow(model, path):
    """The model is saved by MLflow."""
    MLFLOW.save(model, path)


@on_save(MLFLOW)
def saved_too_soon_by_mlflow(model, path):
    """The model is saved by MLflow before the last step moves a bias."""
    with zeroed(model.layers[-1].bias):
        MLFLOW.save(model, path)


@on_save(PRESET)
def saved_as_preset(model, path):
    """A task of keras-hub is saved as a preset."""
    PRESET.save(model, path)


@on_save(PRESET)
def saved_too_soon_as_preset(model, path):
    """A task of keras-hub is saved as a preset before the last step moves a bias."""
    with zeroed(model.weights[-1]):
        PRESET.save(model, path)


@contextmanager
def zeroed(variable):
    value = variable.numpy()
    variable.assign(value * 0)
    yield
    variable.assign(value)
