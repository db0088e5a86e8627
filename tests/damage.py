"""Deliberately broken formats, one vice each. A check that has never failed is not yet a check."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from harness.formats.format import Format
from harness.formats.weights_h5 import WEIGHTS_H5
from harness.formats.whole_h5 import WHOLE_H5


def damaged(name: str, after_load) -> Format:
    """A good format whose load does something to the model."""

    def load(path, custom_objects):
        model = WHOLE_H5.load(path, custom_objects)
        return after_load(model) or model

    return replace(WHOLE_H5, name=f"damage:{name}", load=load)


def _fresh(model):
    from tensorflow import keras

    fresh = keras.models.clone_model(model)
    fresh.compile(keras.optimizers.Adam(0.01), "sparse_categorical_crossentropy", metrics=["accuracy"])
    return fresh


def _swap(model):
    first, second = model.get_layer("first").kernel, model.get_layer("second").kernel
    kernels = first.numpy(), second.numpy()
    first.assign(kernels[1])
    second.assign(kernels[0])


def _one_ulp(model):
    # A weight that no output depends on: only the weights themselves can tell.
    kernel = model.get_layer("first").kernel
    value = kernel.numpy()
    value[3, 0] = np.nextafter(value[3, 0], np.float32(np.inf))
    kernel.assign(value)


def _lower_rate(model):
    model.optimizer.learning_rate = 0.001


def _other_dropout(model):
    model.layers[3].rate = 0.1


def _other_loss(model):
    model.compile(model.optimizer, "sparse_categorical_crossentropy", metrics=["mae"])


def _not_compiled(model):
    model.optimizer = None


def _crash(model):
    import os

    os.abort()


def _save_without_optimizer(model, path):
    model.save(str(path), include_optimizer=False)


def _refuse(model, path):
    raise ValueError("this format refuses every model")


#: A format that does what it says.
CONTROL = replace(WHOLE_H5, name="damage:CONTROL")

FRESH_MODEL = damaged("FRESH_MODEL", _fresh)
SWAPPED_KERNELS = damaged("SWAPPED_KERNELS", _swap)
ONE_ULP = damaged("ONE_ULP", _one_ulp)
LOWER_RATE = damaged("LOWER_RATE", _lower_rate)
OTHER_DROPOUT = damaged("OTHER_DROPOUT", _other_dropout)
OTHER_METRIC = damaged("OTHER_METRIC", _other_loss)
NOT_COMPILED = damaged("NOT_COMPILED", _not_compiled)
CRASH = damaged("CRASH", _crash)
NO_OPTIMIZER = replace(WHOLE_H5, name="damage:NO_OPTIMIZER", save=_save_without_optimizer)
REFUSES = replace(WHOLE_H5, name="damage:REFUSES", save=_refuse)
NEVER_RESTORES = replace(WEIGHTS_H5, name="damage:NEVER_RESTORES", restore=lambda model, path: None)
