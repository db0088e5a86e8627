"""A job: models whose layers do not bear to be looked at. What is seen of them all the same."""

from __future__ import annotations

import numpy as np

from harness.fresh import calls
from harness.fresh.observe import observe
from harness.nouns import LOSSES, PREDICTIONS
from harness.record.batches import Inputs


def misfits(request, progress):
    """Model -> what it predicts in shape, why its losses are out of sight, and the layers whose answers were noted."""
    import tensorflow as tf
    from tensorflow import keras

    class InGraphsAlone(keras.layers.Layer):
        """It raises where it is called op by op."""

        def call(self, x):
            if tf.executing_eagerly() and hasattr(x, "numpy"):
                raise ValueError("only in a graph")
            return x

    def model(*layers):
        x = y = keras.Input((3,))
        for layer in layers:
            y = layer(y)
        made = keras.Model(x, y)
        made.compile("sgd", "mse")
        return made

    def dense(count):
        return [keras.layers.Dense(3, name=f"dense_{number}") for number in range(count)]

    x = np.ones((4, 3), "float32")
    inputs = Inputs((x, x), {"same": x})
    before, after = dense(2)
    found = {
        "in graphs alone": observe(model(before, InGraphsAlone(name="raises"), after), inputs),
        "as models are": observe(model(*dense(5)), inputs),
    }
    most, calls.MOST = calls.MOST, 2
    try:
        found["of more layers than are noted"] = observe(model(*dense(5)), inputs)
    finally:
        calls.MOST = most
    return {
        name: {
            "predicts": list(seen.facts[PREDICTIONS]["same"].shape),
            "losses": seen.hidden[LOSSES].why if LOSSES in seen.hidden else "",
            "noted": [each.layer for each in seen.calls.get(PREDICTIONS, ()) if each.layer.startswith("dense")],
        }
        for name, seen in found.items()
    }
