"""`tf.saved_model.save` with a signature of one's own, as for a server that is to be asked by the model's own names.

Keeps, as documented: the computation of the signature, the names that it was given, the variables it reads.
Loses: config, compile arguments, optimizer: `load_model` is not meant to read it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.formats.format import OF_A_TRACED_GRAPH, WHAT_SERVING_SHOWS, Format, serving_line
from harness.nouns import SERVING


def save(model: Any, path: Path) -> None:
    """Serve inputs and outputs under the names that the model has for them."""
    import tensorflow as tf

    names = [each.name.partition(":")[0] for each in model.inputs]
    specs = {name: tf.TensorSpec(each.shape, each.dtype, name) for name, each in zip(names, model.inputs)}

    def serve(**inputs: Any) -> Any:
        x = tf.nest.pack_sequence_as(model.input, [inputs[name] for name in names])
        return dict(zip(model.output_names, tf.nest.flatten(model(x, training=False))))

    signature = tf.function(serve).get_concrete_function(**specs)
    tf.saved_model.save(model, str(path), signatures={"serving_default": signature})


def has_symbolic_inputs(model: Any) -> bool:
    return bool(getattr(model, "inputs", None) and getattr(model, "output_names", None))


TF_SAVED = Format(
    name="tf_saved",
    artifact="served",
    save=save,
    save_line="serve = tf.function(lambda x: dict(zip(model.output_names, tf.nest.flatten(model(x)))), "
    "input_signature=[tf.nest.map_structure(lambda x: tf.TensorSpec(x.shape, x.dtype, x.name), model.input)]); "
    'tf.saved_model.save(model, "served", signatures={"serving_default": serve})',
    keeps={SERVING: WHAT_SERVING_SHOWS},
    load_lines={SERVING: serving_line("served")},
    needs=("keras<3",),  # the variables of a Keras 3 model come back in the order in which the graph reads them
    tolerance=OF_A_TRACED_GRAPH,
    suits=has_symbolic_inputs,
)
