"""`model.export`: a SavedModel for inference only.

Keeps, as documented: the forward pass, as a signature, and the weights it reads. With Keras 3 also as the endpoint
`serve`, which TFSMLayer makes a layer of; that layer is documented to keep none of the model's structure.
Loses: config, compile arguments, optimizer: there is no Keras model in it.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from harness.formats.format import OF_A_TRACED_GRAPH, WHAT_SERVING_SHOWS, Format, serving_line
from harness.nouns import SERVING, TFSM


def save(model: Any, path: Path) -> None:
    model.export(str(path))


EXPORT = Format(
    name="export",
    artifact="exported",
    save=save,
    save_line='model.export("exported")',
    keeps=dict.fromkeys((SERVING, TFSM), WHAT_SERVING_SHOWS),
    load_lines={SERVING: serving_line("exported"), TFSM: 'layer = tf.keras.layers.TFSMLayer("exported")'},
    needs=("tensorflow>=2.13",),
    tolerance=OF_A_TRACED_GRAPH,
)
