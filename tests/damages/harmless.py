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

from damages.damage import (
    after_load,
    after_restore,
    before_load,
    compile_again,
    on_packing,
    on_restore,
    on_save,
    save,
    stored,
)
from harness.formats import CHECKPOINT, DOT_KERAS, EXPORT, SAVEDMODEL
from harness.fresh import dialects
from harness.fresh.variables import value_of

LOSS = "sparse_categorical_crossentropy"


@after_load
def nothing(model):
    """Nothing at all is done."""


@after_restore
def nothing_restored_wrong(model):
    """The model is built, and all that training has made is restored."""


@on_save(DOT_KERAS)
def saved_as_keras(model, path):
    """A .keras archive is written."""
    DOT_KERAS.save(model, path)


@on_save(EXPORT)
def exported(model, path):
    """A signature is exported."""
    EXPORT.save(model, path)


@on_save(EXPORT)
def exported_as_layer(model, path):
    """A signature is exported, and its endpoint becomes a layer."""
    EXPORT.save(model, path)


@on_save(SAVEDMODEL)
def saved_as_model(model, path):
    """A SavedModel is written, of which the signature is served."""
    SAVEDMODEL.save(model, path)


@before_load
def moved(path):
    """The artifact lies in another folder, under another name."""
    folder = Path(shutil.copytree(path, Path(tempfile.mkdtemp()) / "elsewhere"))
    stored(folder).rename(folder / f"renamed_{stored(folder).name}")
    return folder


@before_load
def config_in_another_order(path):
    """The keys of the config lie in another order in the file."""
    import h5py

    path = moved.vice(path)
    with h5py.File(stored(path), "r+") as file:
        for name in ("model_config", "training_config"):
            file.attrs[name] = json.dumps(_reversed(json.loads(file.attrs[name])))
    return path


def _reversed(value):
    if isinstance(value, dict):
        return {key: _reversed(value[key]) for key in reversed(list(value))}
    return [_reversed(each) for each in value] if isinstance(value, list) else value


@after_load
def setting_rounded(model):
    """A number of a config has been through float32."""
    regularizer = model.get_layer("first").kernel_regularizer
    regularizer.l2 = float(np.float32(regularizer.l2))


@after_load
def optimizer_setting_rounded(model):
    """A number of the optimizer's config has been through float32."""
    model.optimizer.ema_momentum = float(np.float32(model.optimizer.ema_momentum))


@after_load
def tuples_for_lists(model):
    """Lists of the config come back as tuples."""
    get_config = model.get_config
    model.get_config = lambda: _with_tuples(get_config())


def _with_tuples(value):
    if isinstance(value, dict):
        return {key: _with_tuples(each) for key, each in value.items()}
    return tuple(map(_with_tuples, value)) if isinstance(value, (list, tuple)) else value


@on_restore(CHECKPOINT)
def slots_deferred(model, path):
    """A checkpoint is restored before the optimizer has slots, which take their values up when they come to be."""
    CHECKPOINT.restore(model, path)


@on_restore(CHECKPOINT)
def slots_made_first(model, path):
    """A checkpoint is restored after the optimizer has made its slots."""
    dialects.of_this_process().create_slots(model.optimizer, model.trainable_variables)
    CHECKPOINT.restore(model, path)


@after_restore
def generator_of_no_account(model):
    """A layer owns a random generator that nothing draws from, and it starts anew."""
    model.get_layer("recurrent").cell.seed_generator.state.assign([1, 0])


@after_load
def optimizer_built_again(model):
    """The optimizer is built once more."""
    model.optimizer.build(model.trainable_variables)


@after_load
def loss_by_function(model):
    """The loss is given as a function, not by its name."""
    from tensorflow import keras

    model.compile(model.optimizer, keras.losses.sparse_categorical_crossentropy, metrics=["accuracy"])


@after_load
def loss_by_another_object(model):
    """The loss is another object of the same class."""
    from tensorflow import keras

    model.compile(model.optimizer, keras.losses.SparseCategoricalCrossentropy(), weighted_metrics=["accuracy"])


@after_load
def compiled_again(model):
    """The model is compiled once more, with the same arguments and the same optimizer."""
    compile_again(model)


@after_load
def metrics_made_again(model):
    """The metric is made anew from its config."""
    metric = dialects.of_this_process().metrics(model)[1]
    model.compile(model.optimizer, LOSS, metrics=[type(metric).from_config(metric.get_config())])


@after_load
def used(model):
    """The model has predicted, and was evaluated."""
    x = np.ones((2, 4), "float32")
    model.predict(x, verbose=0)
    model.evaluate(x, np.array([0, 1]), verbose=0)


@after_load
def called_symbolically(model):
    """The model is called on a symbolic input."""
    from tensorflow import keras

    model(keras.Input((4,)))


@after_load
def saved_elsewhere(model):
    """The model is saved again, somewhere else."""
    save(model, Path(tempfile.mkdtemp()) / "other")


@after_load
def seeded_otherwise(model):
    """Every random generator of the process has another seed."""
    from tensorflow import keras

    keras.utils.set_random_seed(12345)


@after_load
def random_numbers_drawn(model):
    """Random numbers have been drawn."""
    import tensorflow as tf

    tf.random.normal((7,))
    np.random.rand(7)


@before_load
def threads_changed(path):
    """TensorFlow may use other threads."""
    import tensorflow as tf

    tf.config.threading.set_inter_op_parallelism_threads(3)


@after_load
def policy_there_and_back(model):
    """The global precision was another one for a while."""
    from tensorflow import keras

    before = keras.mixed_precision.global_policy()
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    keras.layers.Dense(3)(np.ones((1, 2), "float32"))
    keras.mixed_precision.set_global_policy(before)


@after_load
def strangers_registered(model):
    """Custom objects are registered that the model does not use."""
    from tensorflow import keras

    keras.utils.get_custom_objects()["first"] = type("Stranger", (keras.layers.Layer,), {})


@after_load
def frozen_and_back(model):
    """The model was frozen for a while."""
    model.trainable = False
    model.trainable = True


@after_load
def names_counted_on(model):
    """Other models of the same layers were built before."""
    from tensorflow import keras

    keras.models.clone_model(model).predict(np.ones((1, 4), "float32"), verbose=0)


@after_load
def old_ways(model):
    """The loader uses what will be removed one day, and logs what it does."""
    warnings.warn("this is the old way", DeprecationWarning, stacklevel=1)
    logging.getLogger("tensorflow").info("loading layer by layer")


@after_load
def known_message(model):
    """The loader logs what is known to be harmless."""
    logging.getLogger("tensorflow").warning("You are saving your model as an HDF5 file via `model.save()`.")


@after_load
def weights_assigned_again(model):
    """Every weight and every slot is assigned the value that it has."""
    model.set_weights(model.get_weights())
    for variable in dialects.of_this_process().optimizer_variables(model.optimizer).values():
        variable.assign(variable.numpy())


@after_load
def arrays_stored_otherwise(model):
    """The weights have been through another byte order and another order of axes in memory."""
    for weight in model.weights:
        weight.assign(np.asfortranarray(weight.numpy().astype(">f4")).astype("float32"))


@after_load
def attributes_added(model):
    """The model has a history, a note, and does not want to stop."""
    from tensorflow import keras

    model.history, model.stop_training, model.notes = keras.callbacks.History(), False, {"by": ["hand"]}


@after_load
def cloned(model):
    """The model is a clone, with the weights and the optimizer's state moved over."""
    from tensorflow import keras

    return _moved(model, keras.models.clone_model(model))


@after_load
def numbered_on(model):
    """Layers, inputs and metrics that nobody has named come back with other numbers."""
    import toy_unnamed

    toy_unnamed.build()
    return _moved(model, toy_unnamed.build())


def _moved(model, clone):
    """Another model of the same layers, with all that training has made of this one."""
    clone.set_weights(model.get_weights())
    optimizer = type(model.optimizer).from_config(model.optimizer.get_config())
    dialects.of_this_process().create_slots(optimizer, clone.trainable_variables)
    pairs = zip(
        dialects.of_this_process().optimizer_variables(optimizer).values(),
        dialects.of_this_process().optimizer_variables(model.optimizer).values(),
    )
    for new, old in pairs:
        new.assign(value_of(old))
    if clone.optimizer is None:
        clone.compile(optimizer, LOSS, metrics=["accuracy"])
    else:
        compile_again(clone, optimizer=optimizer)
    return clone


@after_load
def attribute_scheduled(model):
    """Training has changed an attribute of a layer that neither predict() nor evaluate() had traced before."""


@after_load
def functions_traced_anew(model):
    """What Keras has traced is thrown away."""
    model.predict_function = model.test_function = model.train_function = None


@before_load
def elsewhere_on_the_disk(path):
    """The process works in another folder."""
    os.chdir(tempfile.mkdtemp())


@on_packing
def tokenizer_spaced_otherwise(folder):
    """The tokenizer's settings are written with other spaces, in another order."""
    settings = folder / "tokenizer_config.json"
    settings.write_text(json.dumps(_reversed(json.loads(settings.read_text(encoding="utf-8"))), indent=7), "utf-8")
