"""Deliberately broken formats, one vice each. A check that has never failed is not yet a check."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from harness.dialect import optimizer_variables
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


def _zeroed_bias(model):
    model.get_layer("second").bias.assign(np.zeros(4, "float32"))


def _planted_nan(model):
    bias = model.get_layer("label").bias
    bias.assign([np.nan, bias.numpy()[1]])


def _permuted_classes(model):
    label = model.get_layer("label")
    label.kernel.assign(label.kernel.numpy()[:, ::-1])
    label.bias.assign(label.bias.numpy()[::-1])


def _iterations_reset(model):
    model.optimizer.iterations.assign(0)


def _slots_zeroed(model):
    for name, variable in optimizer_variables(model.optimizer).items():
        if name.startswith(("m/", "v/")):
            variable.assign(np.zeros(variable.shape, "float32"))


def _other_epsilon(model):
    model.optimizer.epsilon = 1e-3


def _from_logits(model):
    from tensorflow import keras

    loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
    model.compile(model.optimizer, loss, metrics=["accuracy"])


def _loss_weights(model):
    model.compile(model.optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"], loss_weights=[0.5])


def _steps_per_execution(model):
    model.compile(model.optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"], steps_per_execution=2)


def _frozen_layer(model):
    model.get_layer("first").trainable = False


def _other_activation(model):
    from tensorflow import keras

    model.get_layer("second").activation = keras.activations.relu


def _renamed_output(model):
    model.get_layer("label")._name = "renamed"
    model.output_names = ["renamed"]


def _compiled_by_name_of_the_function(model):
    from tensorflow import keras

    model.compile(model.optimizer, keras.losses.sparse_categorical_crossentropy, metrics=["accuracy"])


def _predicted_on_and_evaluated(model):
    x = np.ones((2, 4), "float32")
    model.predict(x, verbose=0)
    model.evaluate(x, np.array([0, 1]), verbose=0)


def _saved_again_elsewhere(model):
    import tempfile

    model.save(tempfile.mkdtemp() + "/other.h5")


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

#: What changes nothing of the model: these must stay silent.
COMPILED_BY_FUNCTION = damaged("COMPILED_BY_FUNCTION", _compiled_by_name_of_the_function)
USED = damaged("USED", _predicted_on_and_evaluated)
SAVED_AGAIN = damaged("SAVED_AGAIN", _saved_again_elsewhere)

FRESH_MODEL = damaged("FRESH_MODEL", _fresh)
SWAPPED_KERNELS = damaged("SWAPPED_KERNELS", _swap)
ZEROED_BIAS = damaged("ZEROED_BIAS", _zeroed_bias)
PLANTED_NAN = damaged("PLANTED_NAN", _planted_nan)
PERMUTED_CLASSES = damaged("PERMUTED_CLASSES", _permuted_classes)
ITERATIONS_RESET = damaged("ITERATIONS_RESET", _iterations_reset)
SLOTS_ZEROED = damaged("SLOTS_ZEROED", _slots_zeroed)
OTHER_EPSILON = damaged("OTHER_EPSILON", _other_epsilon)
FROM_LOGITS = damaged("FROM_LOGITS", _from_logits)
LOSS_WEIGHTS = damaged("LOSS_WEIGHTS", _loss_weights)
STEPS_PER_EXECUTION = damaged("STEPS_PER_EXECUTION", _steps_per_execution)
FROZEN_LAYER = damaged("FROZEN_LAYER", _frozen_layer)
OTHER_ACTIVATION = damaged("OTHER_ACTIVATION", _other_activation)
RENAMED_OUTPUT = damaged("RENAMED_OUTPUT", _renamed_output)
ONE_ULP = damaged("ONE_ULP", _one_ulp)
LOWER_RATE = damaged("LOWER_RATE", _lower_rate)
OTHER_DROPOUT = damaged("OTHER_DROPOUT", _other_dropout)
OTHER_METRIC = damaged("OTHER_METRIC", _other_loss)
NOT_COMPILED = damaged("NOT_COMPILED", _not_compiled)
CRASH = damaged("CRASH", _crash)
NO_OPTIMIZER = replace(WHOLE_H5, name="damage:NO_OPTIMIZER", save=_save_without_optimizer)
REFUSES = replace(WHOLE_H5, name="damage:REFUSES", save=_refuse)
NEVER_RESTORES = replace(WEIGHTS_H5, name="damage:NEVER_RESTORES", restore=lambda model, path: None)
