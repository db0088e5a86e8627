"""Controls: what differs, and is no difference."""

from __future__ import annotations

import json
import logging
import os
import shutil
import tempfile
import warnings
from pathlib import Path

import numpy as np
from damage import after_load, after_restore, before_load, compile_again, on_packing, on_restore, on_save, save, stored

from harness.formats import CHECKPOINT, DOT_KERAS, EXPORT
from harness.fresh import dialects
from harness.fresh.variables import value_of

LOSS = "sparse_categorical_crossentropy"


def nothing(model):
    """Nothing at all is done."""


def nothing_restored_wrong(model):
    """The model is built, and all that training has made is restored."""


def saved_as_keras(model, path):
    """A .keras archive is written."""
    DOT_KERAS.save(model, path)


def exported(model, path):
    """A signature is exported."""
    EXPORT.save(model, path)


def moved(path):
    """The artifact lies in another folder, under another name."""
    folder = Path(shutil.copytree(path, Path(tempfile.mkdtemp()) / "elsewhere"))
    stored(folder).rename(folder / f"renamed_{stored(folder).name}")
    return folder


def config_in_another_order(path):
    """The keys of the config lie in another order in the file."""
    import h5py

    path = moved(path)
    with h5py.File(stored(path), "r+") as file:
        for name in ("model_config", "training_config"):
            file.attrs[name] = json.dumps(_reversed(json.loads(file.attrs[name])))
    return path


def _reversed(value):
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(list(value))}
    return [_reversed(each) for each in value] if isinstance(value, list) else value


def setting_rounded(model):
    """A number of a config has been through float32."""
    regularizer = model.get_layer("first").kernel_regularizer
    regularizer.l2 = float(np.float32(regularizer.l2))


def optimizer_setting_rounded(model):
    """A number of the optimizer's config has been through float32."""
    model.optimizer.ema_momentum = float(np.float32(model.optimizer.ema_momentum))


def tuples_for_lists(model):
    """Lists of the config come back as tuples."""
    get_config = model.get_config
    model.get_config = lambda: _with_tuples(get_config())


def _with_tuples(value):
    if isinstance(value, dict):
        return {key: _with_tuples(each) for key, each in value.items()}
    return tuple(map(_with_tuples, value)) if isinstance(value, (list, tuple)) else value


def slots_deferred(model, path):
    """A checkpoint is restored before the optimizer has slots, which take their values up when they come to be."""
    CHECKPOINT.restore(model, path)


def slots_made_first(model, path):
    """A checkpoint is restored after the optimizer has made its slots."""
    dialects.of_this_process().create_slots(model.optimizer, model.trainable_variables)
    CHECKPOINT.restore(model, path)


def optimizer_built_again(model):
    """The optimizer is built once more."""
    model.optimizer.build(model.trainable_variables)


def loss_by_function(model):
    """The loss is given as a function, not by its name."""
    from tensorflow import keras

    model.compile(model.optimizer, keras.losses.sparse_categorical_crossentropy, metrics=["accuracy"])


def loss_by_another_object(model):
    """The loss is another object of the same class."""
    from tensorflow import keras

    model.compile(model.optimizer, keras.losses.SparseCategoricalCrossentropy(), weighted_metrics=["accuracy"])


def compiled_again(model):
    """The model is compiled once more, with the same arguments and the same optimizer."""
    compile_again(model)


def metrics_made_again(model):
    """The metric is made anew from its config."""
    metric = dialects.of_this_process().metrics(model)[1]
    model.compile(model.optimizer, LOSS, metrics=[type(metric).from_config(metric.get_config())])


def used(model):
    """The model has predicted, and was evaluated."""
    x = np.ones((2, 4), "float32")
    model.predict(x, verbose=0)
    model.evaluate(x, np.array([0, 1]), verbose=0)


def called_symbolically(model):
    """The model is called on a symbolic input."""
    from tensorflow import keras

    model(keras.Input((4,)))


def saved_elsewhere(model):
    """The model is saved again, somewhere else."""
    save(model, Path(tempfile.mkdtemp()) / "other")


def seeded_otherwise(model):
    """Every random generator of the process has another seed."""
    from tensorflow import keras

    keras.utils.set_random_seed(12345)


def random_numbers_drawn(model):
    """Random numbers have been drawn."""
    import tensorflow as tf

    tf.random.normal((7,))
    np.random.rand(7)


def threads_changed(path):
    """TensorFlow may use other threads."""
    import tensorflow as tf

    tf.config.threading.set_inter_op_parallelism_threads(3)


def policy_there_and_back(model):
    """The global precision was another one for a while."""
    from tensorflow import keras

    before = keras.mixed_precision.global_policy()
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    keras.layers.Dense(3)(np.ones((1, 2), "float32"))
    keras.mixed_precision.set_global_policy(before)


def strangers_registered(model):
    """Custom objects are registered that the model does not use."""
    from tensorflow import keras

    keras.utils.get_custom_objects()["first"] = type("Stranger", (keras.layers.Layer,), {})


def frozen_and_back(model):
    """The model was frozen for a while."""
    model.trainable = False
    model.trainable = True


def names_counted_on(model):
    """Other models of the same layers were built before."""
    from tensorflow import keras

    keras.models.clone_model(model).predict(np.ones((1, 4), "float32"), verbose=0)


def old_ways(model):
    """The loader uses what will be removed one day, and logs what it does."""
    warnings.warn("this is the old way", DeprecationWarning, stacklevel=1)
    logging.getLogger("tensorflow").info("loading layer by layer")


def known_message(model):
    """The loader logs what is known to be harmless."""
    logging.getLogger("tensorflow").warning("You are saving your model as an HDF5 file via `model.save()`.")


def weights_assigned_again(model):
    """Every weight and every slot is assigned the value that it has."""
    model.set_weights(model.get_weights())
    for variable in dialects.of_this_process().optimizer_variables(model.optimizer).values():
        variable.assign(variable.numpy())


def arrays_stored_otherwise(model):
    """The weights have been through another byte order and another order of axes in memory."""
    for weight in model.weights:
        weight.assign(np.asfortranarray(weight.numpy().astype(">f4")).astype("float32"))


def attributes_added(model):
    """The model has a history, a note, and does not want to stop."""
    from tensorflow import keras

    model.history, model.stop_training, model.notes = keras.callbacks.History(), False, {"by": ["hand"]}


def cloned(model):
    """The model is a clone, with the weights and the optimizer's state moved over."""
    from tensorflow import keras

    clone = keras.models.clone_model(model)
    clone.set_weights(model.get_weights())
    optimizer = type(model.optimizer).from_config(model.optimizer.get_config())
    dialects.of_this_process().create_slots(optimizer, clone.trainable_variables)
    pairs = zip(
        dialects.of_this_process().optimizer_variables(optimizer).values(),
        dialects.of_this_process().optimizer_variables(model.optimizer).values(),
    )
    for new, old in pairs:
        new.assign(value_of(old))
    clone.compile(optimizer, LOSS, metrics=["accuracy"])
    return clone


def attribute_scheduled(model):
    """Training has changed an attribute of a layer that neither predict() nor evaluate() had traced before."""


def functions_traced_anew(model):
    """What Keras has traced is thrown away."""
    model.predict_function = model.test_function = model.train_function = None


def elsewhere_on_the_disk(path):
    """The process works in another folder."""
    os.chdir(tempfile.mkdtemp())


def tokenizer_spaced_otherwise(folder):
    """The tokenizer's settings are written with other spaces, in another order."""
    settings = folder / "tokenizer_config.json"
    settings.write_text(json.dumps(_reversed(json.loads(settings.read_text(encoding="utf-8"))), indent=7), "utf-8")


NOTHING = after_load(nothing)
NOTHING_RESTORED_WRONG = after_restore(nothing_restored_wrong)
MOVED = before_load(moved)
CONFIG_IN_ANOTHER_ORDER = before_load(config_in_another_order)
SETTING_ROUNDED = after_load(setting_rounded)
OPTIMIZER_SETTING_ROUNDED = after_load(optimizer_setting_rounded)
TUPLES_FOR_LISTS = after_load(tuples_for_lists)
SLOTS_DEFERRED = on_restore(slots_deferred, CHECKPOINT)
SLOTS_MADE_FIRST = on_restore(slots_made_first, CHECKPOINT)
OPTIMIZER_BUILT_AGAIN = after_load(optimizer_built_again)
LOSS_BY_FUNCTION = after_load(loss_by_function)
LOSS_BY_ANOTHER_OBJECT = after_load(loss_by_another_object)
COMPILED_AGAIN = after_load(compiled_again)
METRICS_MADE_AGAIN = after_load(metrics_made_again)
USED = after_load(used)
CALLED_SYMBOLICALLY = after_load(called_symbolically)
SAVED_ELSEWHERE = after_load(saved_elsewhere)
SEEDED_OTHERWISE = after_load(seeded_otherwise)
RANDOM_NUMBERS_DRAWN = after_load(random_numbers_drawn)
THREADS_CHANGED = before_load(threads_changed)
POLICY_THERE_AND_BACK = after_load(policy_there_and_back)
STRANGERS_REGISTERED = after_load(strangers_registered)
FROZEN_AND_BACK = after_load(frozen_and_back)
NAMES_COUNTED_ON = after_load(names_counted_on)
OLD_WAYS = after_load(old_ways)
KNOWN_MESSAGE = after_load(known_message)
WEIGHTS_ASSIGNED_AGAIN = after_load(weights_assigned_again)
ARRAYS_STORED_OTHERWISE = after_load(arrays_stored_otherwise)
ATTRIBUTES_ADDED = after_load(attributes_added)
CLONED = after_load(cloned)
ATTRIBUTE_SCHEDULED = after_load(attribute_scheduled)
FUNCTIONS_TRACED_ANEW = after_load(functions_traced_anew)
ELSEWHERE_ON_THE_DISK = before_load(elsewhere_on_the_disk)
TOKENIZER_SPACED_OTHERWISE = on_packing(tokenizer_spaced_otherwise)
SAVED_AS_KERAS = on_save(saved_as_keras, DOT_KERAS)
EXPORTED = on_save(exported, EXPORT)
