"""What callbacks write while `fit` runs: ModelCheckpoint a whole model, BackupAndRestore the state to go on from.

Keeps, as documented: of ModelCheckpoint, what model.save keeps; of BackupAndRestore, weights, optimizer state and the
epoch, which `fit` restores by itself when it is called again.
Loses: of ModelCheckpoint, custom classes and functions; of BackupAndRestore, everything but training's state, and that
as well when `fit` has ended.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.formats import savedmodel
from harness.formats.format import EVERYTHING, WHAT_TRAINING_STATE_DECIDES, WITHOUT_CODE, Format, load_model_lines
from harness.nouns import BARE, CODE, LIBRARY, REBUILD

_BEGIN = "cb.set_model(model); cb.on_train_begin()"
_AS_FIT_DOES = "  # as model.fit(..., callbacks=[cb]) does"
_EPOCH = f"{_BEGIN}; cb.on_epoch_begin(0); cb.on_epoch_end(0, {{}}){_AS_FIT_DOES}"


def save_each_epoch(model: Any, path: Path) -> None:
    from tensorflow import keras

    _end_an_epoch(keras.callbacks.ModelCheckpoint(str(path)), model)


def save_backup(model: Any, path: Path) -> None:
    from tensorflow import keras

    _end_an_epoch(keras.callbacks.BackupAndRestore(str(path)), model)
    _forget(model)


def restore_backup(model: Any, path: Path) -> None:
    from tensorflow import keras

    callback = keras.callbacks.BackupAndRestore(str(path))
    callback.set_model(model)
    callback.on_train_begin()
    _forget(model)


def _end_an_epoch(callback: Any, model: Any) -> None:
    """Call it as fit does, without another epoch of training; a backup is deleted only when training ends."""
    callback.set_model(model)
    callback.on_train_begin()
    callback.on_epoch_begin(0)
    callback.on_epoch_end(0, {})


def _forget(model: Any) -> None:
    """Take from a model what the callback leaves there for `fit`: in Keras 3 the epoch that it is to begin with."""
    for name in ("_training_state", "_initial_epoch"):
        if hasattr(model, name):
            setattr(model, name, None)


EACH_EPOCH = Format(
    name="each_epoch",
    artifact="epoch.keras",
    resaved_as="whole_h5",
    save=save_each_epoch,
    save_line=f'cb = tf.keras.callbacks.ModelCheckpoint("epoch.keras"); {_EPOCH}',
    load=savedmodel.load,
    load_uncompiled=savedmodel.load_uncompiled,
    keeps={BARE: WITHOUT_CODE, LIBRARY: EVERYTHING, CODE: EVERYTHING},
    load_lines=load_model_lines("epoch.keras"),
    needs=("keras>=2.13",),
)

BACKUP = Format(
    name="backup",
    artifact="backup",
    resaved_as="weights_h5",
    save=save_backup,
    save_line=f'cb = tf.keras.callbacks.BackupAndRestore("backup"); {_EPOCH}',
    restore=restore_backup,
    keeps={REBUILD: WHAT_TRAINING_STATE_DECIDES},
    load_lines={
        REBUILD: f'model = build(); cb = tf.keras.callbacks.BackupAndRestore("backup"); {_BEGIN}{_AS_FIT_DOES}'
    },
    needs=("keras>=2.8",),
)
