"""Damages of what a model answers: predict, evaluate, a served signature; and of what its loader says."""

from __future__ import annotations

import logging
import warnings

from damages.damage import after_load, on_save
from harness.formats import EXPORT


@after_load
def predictions_rounded(model):
    """predict() rounds its outputs, and nothing else does."""
    import tensorflow as tf

    step = model.predict_step
    model.predict_step = lambda data: tf.cast(tf.cast(step(data), "float16"), "float32")


@after_load
def evaluated_with_dropout(model):
    """evaluate() leaves the dropout on."""

    def test_step(data):
        x, y = data
        outputs = model(x, training=True)
        model.compute_loss(x, y, outputs)
        return model.compute_metrics(x, y, outputs, None)

    model.test_step = test_step


@after_load
def evaluated_by_other_labels(model):
    """evaluate() takes each label for the other."""
    step = model.test_step
    model.test_step = lambda data: step((data[0], 1 - data[1]))


@after_load
def graphs_out_of_date(model):
    """The trained model goes on with the attribute that a layer had when predict() and evaluate() were traced."""


@after_load
def layer_out_of_date(model):
    """The trained model has a layer that goes on with the attribute that it had when its own function was traced."""


@on_save(EXPORT)
def served_axis_frozen(model, path):
    """The signature that is served takes only the length of the batch it was traced with."""
    _serve(model, path, axes=(None, 5))


@on_save(EXPORT)
def served_in_int64(model, path):
    """The signature that is served takes int64 where the model takes int32."""
    _serve(model, path, dtype="int64")


@on_save(EXPORT)
def served_in_double(model, path):
    """The signature that is served takes double precision where the model takes single."""
    _serve(model, path, dtype="float64")


@on_save(EXPORT)
def served_input_renamed(model, path):
    """The signature that is served has another name for its input."""
    _serve(model, path, takes="renamed")


@on_save(EXPORT)
def served_output_renamed(model, path):
    """The signature that is served has another name for its output."""
    _serve(model, path, gives="renamed")


@on_save(EXPORT)
def served_output_renamed_in_training(model, path):
    """The signature has another name for its output, and was traced as if the model were still trained."""
    _serve(model, path, gives="renamed", training=True)


@on_save(EXPORT)
def served_in_training(model, path):
    """The signature that is served was traced as if the model were still trained."""
    _serve(model, path, training=True)


@on_save(EXPORT)
def served_with_a_stranger(model, path):
    """A variable is served that the model does not have."""
    import tensorflow as tf

    _serve(model, path, variables=[*model.variables, tf.Variable(1.0, name="stranger")])


def _serve(model, path, *, axes=(None, None), dtype="", takes="", gives="output_0", training=False, variables=()):
    """Export a model by hand."""
    import tensorflow as tf

    (taken,) = model.inputs
    takes = takes or taken.name
    function = tf.function(lambda **x: {gives: model(tf.cast(x[takes], taken.dtype), training=training)})
    exported = tf.__internal__.tracking.AutoTrackable()
    exported.model, exported.variables = model, list(variables or model.variables)
    signature = function.get_concrete_function(**{takes: tf.TensorSpec(axes, dtype or taken.dtype, name=takes)})
    tf.saved_model.save(exported, str(path), {"serving_default": signature})


@after_load
def puzzling_message(model):
    """The loader logs what nobody has classified yet."""
    logging.getLogger("tensorflow").warning("Layer first was loaded in a way of its own.")


@after_load
def puzzling_warning(model):
    """The loader warns, through Python, of what nobody has classified yet."""
    warnings.warn("Layer first was loaded in a way of its own.", UserWarning, stacklevel=1)


@after_load
def says_optimizer_is_fresh(model):
    """The loader admits to have lost the optimizer."""
    _say("As a result, your model is starting with a freshly initialized optimizer.")


@after_load
def says_optimizer_was_skipped(model):
    """The loader admits to have skipped the optimizer's variables."""
    _say("Skipping variable loading for optimizer 'Adam', because it has 13 variables whereas the saved one has 1.")


@after_load
def says_weights_were_skipped(model):
    """The loader admits to have skipped weights."""
    _say("Skipping loading weights for layer #1 (named first) due to mismatch in number of weights.")


@after_load
def says_weights_are_new(model):
    """The loader admits that weights were not in the artifact."""
    _say("Some layers of Toy were not initialized from the model checkpoint and are newly initialized: ['first']")


@after_load
def says_nothing_was_compiled(model):
    """The loader admits to have found no arguments of compile()."""
    _say("No training configuration found in the save file, so the model was *not* compiled.")


@after_load
def says_config_is_lost(model):
    """The loader admits that it could not use the config."""
    _say("Unable to revive model from config. When loading the SavedModel, layers may lack methods.")


def _say(message):
    import absl.logging

    absl.logging.warning(message)
