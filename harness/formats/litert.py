"""LiteRT, read by ai-edge-litert's interpreter: converted from a Keras model, or from what `model.export` wrote.

Keeps, as documented: the forward pass, as a signature with the names of its inputs and outputs.
Loses: everything else; the weights are constants of a graph, and its floats are computed by other kernels.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any, Mapping

from harness.formats.format import OF_A_RUNTIME, WHAT_A_RUNTIME_SHOWS, Declared, Format, Runtime
from harness.nouns import RUNTIME


def save_model(model: Any, path: Path) -> None:
    import tensorflow as tf

    path.write_bytes(tf.lite.TFLiteConverter.from_keras_model(model).convert())


def save_exported(model: Any, path: Path) -> None:
    import tensorflow as tf

    with tempfile.TemporaryDirectory() as folder:
        model.export(folder)
        path.write_bytes(tf.lite.TFLiteConverter.from_saved_model(folder).convert())


def load(path: Path, custom_objects: Mapping[str, Any]) -> Runtime:
    from ai_edge_litert.interpreter import Interpreter

    interpreter = Interpreter(model_path=str(path))
    signature = interpreter.get_signature_runner()  # there is one
    return Runtime(
        takes={name: _declared(each) for name, each in signature.get_input_details().items()},
        gives={name: _declared(each) for name, each in signature.get_output_details().items()},
        run=lambda arrays: {name: each.copy() for name, each in signature(**arrays).items()},
    )


def _declared(place: Mapping[str, Any]) -> Declared:
    import numpy as np

    shape = tuple(None if size < 0 else int(size) for size in place["shape_signature"])
    return Declared(np.dtype(place["dtype"]).name, shape)


_KEEPS = {RUNTIME: WHAT_A_RUNTIME_SHOWS}
_LOAD_LINES = {
    RUNTIME: 'import ai_edge_litert.interpreter as litert; model = litert.Interpreter("model.tflite"); '
    "predict = model.get_signature_runner()"
}

LITERT_MODEL = Format(
    name="litert_model",
    artifact="model.tflite",
    save=save_model,
    save_line='open("model.tflite", "wb").write(tf.lite.TFLiteConverter.from_keras_model(model).convert())',
    load=load,
    keeps=_KEEPS,
    load_lines=_LOAD_LINES,
    needs=("keras<3", "ai-edge-litert"),  # of Keras 3, TensorFlow 2.21's converter calls a function that nobody has set
    tolerance=OF_A_RUNTIME,
)

LITERT_SAVED = Format(
    name="litert_saved",
    artifact="model.tflite",
    save=save_exported,
    save_line='import tempfile; folder = tempfile.mkdtemp(); model.export(folder); open("model.tflite", "wb").write('
    "tf.lite.TFLiteConverter.from_saved_model(folder).convert())",
    load=load,
    keeps=_KEEPS,
    load_lines=_LOAD_LINES,
    needs=("tensorflow>=2.13", "ai-edge-litert"),
    tolerance=OF_A_RUNTIME,
)
