"""ONNX, read by onnxruntime: tf2onnx converts a legacy Keras model, `model.export(format="onnx")` a Keras 3 model.

Keeps, as documented: the forward pass; and, as a graph has them, the names of inputs and outputs.
Loses: everything else; the weights are constants of a graph, and its floats are computed by other kernels.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any, Mapping

from harness.formats.format import OF_A_RUNTIME, WHAT_A_RUNTIME_SHOWS, Declared, Format, Runtime
from harness.nouns import RUNTIME

#: What ONNX calls the dtypes, where numpy calls them otherwise.
_DTYPES = {"float": "float32", "double": "float64", "string": "str"}


def save_by_tf2onnx(model: Any, path: Path) -> None:
    import tf2onnx

    tf2onnx.convert.from_keras(model, output_path=str(path))


def save_by_keras(model: Any, path: Path) -> None:
    model.export(str(path), format="onnx", verbose=False)


def load(path: Path, custom_objects: Mapping[str, Any]) -> Runtime:
    import onnxruntime

    session = onnxruntime.InferenceSession(str(path), providers=["CPUExecutionProvider"])
    gives = {each.name: _declared(each) for each in session.get_outputs()}
    return Runtime(
        takes={each.name: _declared(each) for each in session.get_inputs()},
        gives=gives,
        run=lambda arrays: dict(zip(gives, session.run(list(gives), dict(arrays)))),
    )


def _declared(place: Any) -> Declared:
    """An open axis has a name, or none."""
    dtype = place.type.removeprefix("tensor(").removesuffix(")")
    return Declared(_DTYPES.get(dtype, dtype), tuple(each if isinstance(each, int) else None for each in place.shape))


_KEEPS = {RUNTIME: WHAT_A_RUNTIME_SHOWS}
_LOAD_LINES = {RUNTIME: 'import onnxruntime; model = onnxruntime.InferenceSession("model.onnx")'}

TF2ONNX = Format(
    name="tf2onnx",
    artifact="model.onnx",
    save=save_by_tf2onnx,
    save_line='import tf2onnx; tf2onnx.convert.from_keras(model, output_path="model.onnx")',
    load=load,
    keeps=_KEEPS,
    load_lines=_LOAD_LINES,
    needs=("keras<3", "tf2onnx", "onnxruntime"),
    tolerance=OF_A_RUNTIME,
)

KERAS_ONNX = Format(
    name="keras_onnx",
    artifact="model.onnx",
    save=save_by_keras,
    save_line='model.export("model.onnx", format="onnx")',
    load=load,
    keeps=_KEEPS,
    load_lines=_LOAD_LINES,
    needs=("keras>=3.9", "tf2onnx", "onnxruntime"),
    tolerance=OF_A_RUNTIME,
)
